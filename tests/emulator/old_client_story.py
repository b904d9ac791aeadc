"""The getting-started story of an old script: only `endpoint_url` is new. Run by the old client's Python.

Arguments: the API's URL, the bucket, the key of a manifest, a normal image, a defective one. Prints what the service
answered, as JSON.
"""

import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import DYNAMODB_CONTEXT

url, bucket, manifest, normal, defective = sys.argv[1:]
client = boto3.client("lookoutvision", region_name="us-east-1", endpoint_url=url)
project = {"ProjectName": "caps"}
train = {**project, "DatasetType": "train"}
said: dict[str, Any] = {}


def refused(call: Any, error: type[Exception], **arguments: Any) -> Any:
    """The answer to a call which the service refuses with this exception of the client."""
    try:
        call(**arguments)
    except error as refusal:
        return refusal.response  # type: ignore[attr-defined]
    raise AssertionError(f"{call} was not refused")


arn = client.create_project(**project, ClientToken="project-1")["ProjectMetadata"]["ProjectArn"]
said["project"] = [arn, client.create_project(**project, ClientToken="project-1")["ProjectMetadata"]["ProjectArn"]]
said["exists"] = refused(client.create_project, client.exceptions.ConflictException, **project)["Message"]
source = {"GroundTruthManifest": {"S3Object": {"Bucket": bucket, "Key": manifest}}}
client.create_dataset(**train, DatasetSource=source)
said["stats"] = client.describe_dataset(**train)["DatasetDescription"]["ImageStats"]
pages = client.get_paginator("list_dataset_entries").paginate(
    **train, AnomalyClass="normal", PaginationConfig={"PageSize": 8}
)
said["pages"] = [len(page["DatasetEntries"]) for page in pages]
found = client.list_dataset_entries(**train, SourceRefContains="part 7+ü.png")["DatasetEntries"]
relabelled = json.loads(found[0])
relabelled["check-metadata"]["class-name"] = "anomaly"
for entry in (json.dumps(relabelled), found[0]):
    client.update_dataset_entries(**train, Changes=entry.encode())
    stats = client.describe_dataset(**train)["DatasetDescription"]["ImageStats"]
    said.setdefault("labels", []).append([stats["Normal"], stats["Anomaly"]])

output = {"S3Location": {"Bucket": bucket, "Prefix": "evaluations/"}}
new = {**project, "OutputConfig": output, "Description": "first"}
created = [client.create_model(**new, ClientToken="token-1")["ModelMetadata"] for _ in range(2)]
said["versions"] = [each["ModelVersion"] for each in created]
model = {**project, "ModelVersion": created[0]["ModelVersion"]}
start = {**model, "MinInferenceUnits": 1}
conflict = client.exceptions.ConflictException
said["conflict"] = refused(client.start_model, conflict, **start)
said["conflicts"] = [
    refused(client.create_model, conflict, **new)["Message"],
    refused(client.create_model, conflict, **{**new, "Description": "other"}, ClientToken="token-1")["Message"],
    refused(client.delete_model, conflict, **model)["Message"],
    refused(client.delete_dataset, conflict, **train)["Message"],
    refused(client.delete_project, conflict, **project)["Message"],
]

client.tag_resource(ResourceArn=arn, Tags=[{"Key": "hall 1", "Value": "Süd"}])
said["tags"] = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
client.untag_resource(ResourceArn=arn, TagKeys=["hall 1"])
said["untagged"] = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
said["projects"] = [each["ProjectName"] for each in client.list_projects()["Projects"]]
denied = client.exceptions.AccessDeniedException
said["denied"] = refused(client.describe_project, denied, ProjectName="plates")["Message"]
missing = client.exceptions.ResourceNotFoundException
said["missing"] = refused(client.describe_model, missing, **project, ModelVersion="99")["ResourceId"]
stranger = boto3.client(
    "lookoutvision", region_name="us-east-1", endpoint_url=url, aws_access_key_id="k", aws_secret_access_key="s"
)
said["stranger"] = refused(stranger.list_projects, stranger.exceptions.AccessDeniedException)["Message"]


def awaited(status: str) -> str:
    """Wait, as AWS's examples do, until the version has this status."""
    until = time.monotonic() + 60
    while client.describe_model(**model)["ModelDescription"]["Status"] != status:
        assert time.monotonic() < until, f"the version is not {status} in a minute"
        time.sleep(0.5)
    return status


give_up = time.monotonic() + 240
while (description := client.describe_model(**model)["ModelDescription"])["Status"] == "TRAINING":
    assert time.monotonic() < give_up, "the training has not ended in 4 minutes"
    time.sleep(1)
said["trained"] = [description["Status"], description["StatusMessage"], description["Performance"]]
said["evaluation"] = [description["EvaluationManifest"]["Key"], description["EvaluationResult"]["Key"]]

said["starts"] = [client.start_model(**start, ClientToken="start-1")["Status"] for _ in range(2)]
said["hosted"] = awaited("HOSTED")


def detect(body: Any, content_type: str = "image/png") -> dict[str, Any]:
    result: dict[str, Any] = client.detect_anomalies(**model, Body=body, ContentType=content_type)[
        "DetectAnomalyResult"
    ]
    DYNAMODB_CONTEXT.create_decimal(Decimal(result["Confidence"]))
    return result


said["detected"] = [detect(Path(image).read_bytes()) for image in (normal, defective)]
with Path(defective).open("rb") as opened:
    said["same"] = detect(opened) == said["detected"][1]
wrong = {**model, "Body": b"GIF89a", "ContentType": "image/jpeg"}
said["refused"] = refused(client.detect_anomalies, client.exceptions.ValidationException, **wrong)["Message"]
said["in use"] = refused(client.delete_model, conflict, **model)["Message"]
said["stopped"] = client.stop_model(**model)["Status"]
awaited("TRAINED")
said["asleep"] = refused(client.detect_anomalies, conflict, **model, Body=b"\xff\xd8\xff", ContentType="image/jpeg")[
    "Message"
]
said["listed"] = [
    [each["ModelVersion"], each["Status"], each["Description"]]
    for page in client.get_paginator("list_models").paginate(**project)
    for each in page["Models"]
]

said["deleted"] = client.delete_model(**model)["ModelArn"]
client.delete_dataset(**train)
client.delete_project(**project)
said["left"] = client.list_projects()["Projects"]
print(json.dumps(said, default=lambda value: float(value) if isinstance(value, Decimal) else str(value)))
