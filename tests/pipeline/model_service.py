"""A customer's old client in front of the routes of the model service, in the world."""

from collections.abc import Iterator
from typing import Any

import app
from chalicelib.access.domain import Role, parse_token
from chalicelib.lookout.operations import ROUTES
from chalicelib.projects.domain import DatasetType, ModelStatus
from chalicelib.projects.operations import Operation
from tests.pipeline.account import client
from tests.pipeline.trainings import ANOMALY, NORMAL, stored_images
from tests.pipeline.wire import Killed
from tests.pipeline.world import World
from tests.support.gateway import Gateway
from tests.support.old_client import old_client

HANDLER = "api_handler"
WRITING = {
    str(name) for name, route in ROUTES.items() if route.method != "GET" and name is not Operation.DETECT_ANOMALIES
}
"""The operations that change something."""
_NO_TOKEN = {"TagResource", "UntagResource"}
_MOST_TRIES = 5
"""Of the client, as boto's legacy mode has it."""


class Customer:
    """The client of one project's admin. It repeats a call that failed for no mistake of its own, as boto does."""

    def __init__(self, world: World, project: str) -> None:
        self._world, self._project = world, project
        _, token = app.linewatch.access.issue_key(Role.ADMIN, project)
        self.gateway = Gateway(app.app)
        self._client = old_client(self.gateway, *(parse_token(token) or ("", "")))
        self._calls = 0

    def __call__(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an operation on the project, which is called with one client token however often it fails."""
        self._calls += 1
        self._world.operations.add(operation)
        model = self._client.meta.service_model.operation_model(operation)
        if "ProjectName" in model.input_shape.members:
            arguments["ProjectName"] = self._project
        if operation in WRITING - _NO_TOKEN:
            arguments["ClientToken"] = f"token-{self._calls}"
        [method] = [name for name, each in self._client.meta.method_to_api_mapping.items() if each == operation]
        for _ in range(_MOST_TRIES):
            try:
                with self._world.wire.watching(HANDLER):
                    answer: dict[str, Any] = getattr(self._client, method)(**arguments)
            except Killed as death:
                self._world.start_cold()
                self._world.failures.append((operation, death))
            except self._client.exceptions.InternalServerException as error:
                self._world.failures.append((operation, error))
            else:
                return answer
        raise AssertionError(f"{operation} failed {_MOST_TRIES} times: {self._world.failures}")


def begin(world: World, customer: Customer, project: str) -> None:
    """A project, its images, one of which is added later, and a version of them in the queue."""
    bucket = world.settings.bucket
    arn = customer("CreateProject")["ProjectMetadata"]["ProjectArn"]
    *lines, added = stored_images(world, project, anomaly=ANOMALY + 1)
    key = f"datasets/{project}/a.manifest"
    client("s3").put_object(Bucket=bucket, Key=key, Body="\n".join(lines).encode())
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": bucket, "Key": key}}}
    customer("CreateDataset", DatasetType="train", DatasetSource=source)
    customer("UpdateDatasetEntries", DatasetType="train", Changes=added.encode())
    customer("TagResource", ResourceArn=arn, Tags=[{"Key": "hall", "Value": "1"}, {"Key": "line", "Value": "2"}])
    customer("UntagResource", ResourceArn=arn, TagKeys=["line"])
    customer("CreateModel", OutputConfig={"S3Location": {"Bucket": bucket, "Prefix": "out/"}})


def stop(customer: Customer) -> None:
    """Stop the version, if it is hosted."""
    model = {"ModelVersion": "1"}
    if customer("DescribeModel", **model)["ModelDescription"]["Status"] == "HOSTED":
        customer("StopModel", **model)


def end(customer: Customer) -> None:
    """Delete everything."""
    customer("DeleteModel", ModelVersion="1")
    customer("DeleteDataset", DatasetType="train")
    customer("DeleteProject")


def host(customer: Customer) -> None:
    """Start the version, unless its training failed."""
    model = {"ModelVersion": "1"}
    if customer("DescribeModel", **model)["ModelDescription"]["Status"] == "TRAINED":
        customer("StartModel", MinInferenceUnits=1, **model)


def kept(world: World, project: str) -> Iterator[str]:
    """What is missing, or there twice, of a project that is in use."""
    record, live = app.linewatch.projects.registry.find(project), _live(world, project)
    counts = record.datasets[DatasetType.TRAIN].counts
    if (counts.normal, counts.anomaly, record.last_version) != (NORMAL, ANOMALY + 1, 1):
        yield f"{project} has {counts} and {record.last_version} versions"
    if record.existing().tags != {"hall": "1"}:
        yield f"{project} has the tags {record.existing().tags}"
    if live != ("1" if record.models[1].status is ModelStatus.HOSTED else None):
        yield f"version 1 of {project} is {record.models[1].status}, and the pipeline uses {live}"


def left(world: World, project: str) -> Iterator[str]:
    """What is left of a project that was deleted. Its images and manifest, which others put there, stay."""
    record, live = app.linewatch.projects.registry.find(project), _live(world, project)
    if record.project or record.datasets or record.models or live:
        yield f"{project} is still registered: {record}, live {live}"
    for prefix in (f"datasets/{project}/train/", f"models/{project}/"):
        for each in client("s3").list_objects_v2(Bucket=world.settings.bucket, Prefix=prefix).get("Contents", []):
            yield f"{each['Key']} is left"


def _live(world: World, project: str) -> str | None:
    table, key = world.settings.name("projects"), {"project": {"S": project}}
    item = client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return item["live_version"]["S"] if "live_version" in item else None
