"""The getting-started story of an old script: only `endpoint_url` is new. Run by the old client's Python.

Arguments: the API's URL, the bucket, the key of a manifest, a JPEG. Prints what the service answered, as JSON.
"""

import json
import sys
from decimal import Decimal
from typing import Any

import boto3

url, bucket, manifest, image = sys.argv[1:]
client = boto3.client("lookoutvision", region_name="us-east-1", endpoint_url=url)
said: dict[str, Any] = {}

arn = client.create_project(ProjectName="caps")["ProjectMetadata"]["ProjectArn"]
source = {"GroundTruthManifest": {"S3Object": {"Bucket": bucket, "Key": manifest}}}
client.create_dataset(ProjectName="caps", DatasetType="train", DatasetSource=source)
dataset = client.describe_dataset(ProjectName="caps", DatasetType="train")["DatasetDescription"]
said["stats"] = dataset["ImageStats"]
pages = client.get_paginator("list_dataset_entries").paginate(
    ProjectName="caps", DatasetType="train", AnomalyClass="normal", PaginationConfig={"PageSize": 8}
)
said["normal"] = sum(len(page["DatasetEntries"]) for page in pages)
one = client.list_dataset_entries(ProjectName="caps", DatasetType="train", SourceRefContains="part 7+ü.jpg")
said["found"] = len(one["DatasetEntries"])

output = {"S3Location": {"Bucket": bucket, "Prefix": "evaluations/"}}
tokens = [
    client.create_model(ProjectName="caps", OutputConfig=output, ClientToken="token-1")["ModelMetadata"]["ModelVersion"]
    for _ in range(2)
]
said["versions"] = tokens
try:
    client.start_model(ProjectName="caps", ModelVersion=tokens[0], MinInferenceUnits=1)
except client.exceptions.ConflictException as error:
    said["conflict"] = [
        error.response["ResourceId"],
        error.response["ResourceType"],
        error.response["Error"]["Message"],
    ]

client.tag_resource(ResourceArn=arn, Tags=[{"Key": "hall 1", "Value": "Süd"}])
said["tags"] = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
client.untag_resource(ResourceArn=arn, TagKeys=["hall 1"])
said["untagged"] = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
said["projects"] = [each["ProjectName"] for each in client.list_projects()["Projects"]]
try:
    client.describe_project(ProjectName="plates")
except client.exceptions.AccessDeniedException as error:
    said["denied"] = error.response["Error"]["Message"]
try:
    client.describe_model(ProjectName="caps", ModelVersion="99")
except client.exceptions.ResourceNotFoundException as error:
    said["missing"] = error.response["ResourceId"]
stranger = boto3.client(
    "lookoutvision", region_name="us-east-1", endpoint_url=url, aws_access_key_id="k", aws_secret_access_key="s"
)
try:
    stranger.list_projects()
except stranger.exceptions.AccessDeniedException as error:
    said["stranger"] = error.response["Error"]["Message"]
print(json.dumps(said, default=lambda value: float(value) if isinstance(value, Decimal) else str(value)))
