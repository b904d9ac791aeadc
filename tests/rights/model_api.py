"""What somebody does with the old client of Lookout for Vision, from a new project to its end."""

import json
from typing import Any

import app
from chalicelib.access.domain import Grant, Role, parse_token
from chalicelib.projects import training
from chalicelib.projects.versions import ModelFile
from tests.lookout.test_story import lines
from tests.pipeline.account import client
from tests.pipeline.photographs import artifact, png
from tests.pipeline.world import World
from tests.support.fake_hosting import follow_at_once
from tests.support.gateway import Gateway
from tests.support.old_client import old_client

PROJECT = {"ProjectName": "cups"}
TRAIN = {**PROJECT, "DatasetType": "train"}
FIRST, SECOND = ({**PROJECT, "ModelVersion": version} for version in ("1", "2"))


def a_project_from_first_to_last(world: World) -> None:
    """Every operation. A worker that fails stands between, and a version that was trained elsewhere."""
    _, token = app.linewatch.access.issue_key(Role.ADMIN, "cups")
    lookout = old_client(Gateway(app.app), *(parse_token(token) or ("", "")))
    with world.wire.watching("api_handler"):
        _begin(lookout, world.settings.bucket)
    _fail_and_import()
    with world.wire.watching("api_handler"):
        _host(lookout)
    follow_at_once(app.linewatch)
    app.linewatch.hosting.hosting.follow("cups")
    world.start_cold()
    with world.wire.watching("api_handler"):
        _detect_and_stop(lookout)
    follow_at_once(app.linewatch)
    app.linewatch.hosting.hosting.follow("cups")
    world.start_cold()
    with world.wire.watching("api_handler"):
        _end(lookout)


def _begin(lookout: Any, bucket: str) -> None:
    key = "datasets/cups/train.manifest"
    content = lines(folder=f"s3://{bucket}/images/cups").encode()
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = client("s3").put_object(Bucket=bucket, Key=key, Body=content)["VersionId"]
    arn = lookout.create_project(**PROJECT)["ProjectMetadata"]["ProjectArn"]
    lookout.list_projects()
    manifest = {"Bucket": bucket, "Key": key, "VersionId": version}
    lookout.create_dataset(**TRAIN, DatasetSource={"GroundTruthManifest": {"S3Object": manifest}})
    lookout.describe_project(**PROJECT)
    lookout.describe_dataset(**TRAIN)
    entries = lookout.list_dataset_entries(**TRAIN)["DatasetEntries"]
    lookout.update_dataset_entries(**TRAIN, Changes=json.dumps(json.loads(entries[0])).encode())
    lookout.create_model(**PROJECT, OutputConfig={"S3Location": {"Bucket": bucket, "Prefix": "out/"}}, ClientToken="t")
    lookout.list_models(**PROJECT)
    lookout.describe_model(**FIRST)
    lookout.tag_resource(ResourceArn=arn, Tags=[{"Key": "hall", "Value": "1"}])
    lookout.list_tags_for_resource(ResourceArn=arn)
    lookout.untag_resource(ResourceArn=arn, TagKeys=["hall"])


def _fail_and_import() -> None:
    projects = app.linewatch.projects
    ports: dict[str, Any] = {"registry": projects.registry, "clock": projects.platform.clock}
    training.begin_training("cups", 1, "w1", **ports)
    training.fail_training("cups", 1, "w1", "tired", **ports)
    projects.import_model("cups", ModelFile(content=artifact()), Grant("k", Role.ADMIN, "cups"))


def _host(lookout: Any) -> None:
    lookout.start_model(**SECOND, MinInferenceUnits=1)
    lookout.describe_model(**SECOND)


def _detect_and_stop(lookout: Any) -> None:
    """Moto runs no function, so that nothing is detected."""
    try:
        lookout.detect_anomalies(**SECOND, Body=png(1), ContentType="image/png")
    except lookout.exceptions.InternalServerException:
        pass
    else:
        raise AssertionError("moto ran a function")
    lookout.stop_model(**SECOND)


def _end(lookout: Any) -> None:
    for version in (SECOND, FIRST):
        lookout.delete_model(**version)
    lookout.delete_dataset(**TRAIN)
    lookout.delete_project(**PROJECT)
