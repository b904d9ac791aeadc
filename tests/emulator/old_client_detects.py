"""An old script that hosts a model, inspects an image and stops it. Run by the old client's Python.

Arguments: the API's URL, the version, a JPEG. Prints what the service answered, as JSON.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

import boto3
from boto3.dynamodb.types import DYNAMODB_CONTEXT

url, version, image = sys.argv[1:]
client = boto3.client("lookoutvision", region_name="us-east-1", endpoint_url=url)
model = {"ProjectName": "caps", "ModelVersion": version}

started = client.start_model(**model, MinInferenceUnits=1)["Status"]
hosted = client.describe_model(**model)["ModelDescription"]["Status"]
content = Path(image).read_bytes()
answer = client.detect_anomalies(**model, Body=content, ContentType="image/jpeg")["DetectAnomalyResult"]
DYNAMODB_CONTEXT.create_decimal(Decimal(answer["Confidence"]))
with Path(image).open("rb") as opened:
    streamed = client.detect_anomalies(**model, Body=opened, ContentType="image/jpeg")["DetectAnomalyResult"]
try:
    client.detect_anomalies(**model, Body=b"GIF89a", ContentType="image/jpeg")
except client.exceptions.ValidationException as error:
    refused = error.response["Error"]["Message"]
stopped = client.stop_model(**model)["Status"]
deleted = client.delete_model(**model)["ModelArn"]
print(
    json.dumps(
        {
            "statuses": [started, hosted, stopped],
            "answer": answer,
            "same": streamed == answer,
            "refused": refused,
            "deleted": deleted,
        }
    )
)
