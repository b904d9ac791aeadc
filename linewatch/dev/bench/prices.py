"""List prices of us-east-1 in USD, and what a request counts for. docs/reference/cost.md says where they stand."""

from math import ceil

PER_MILLION = {
    "s3 writes": 5.00,
    "s3 reads": 0.40,
    "sqs": 0.40,
    "dynamodb writes": 0.625,
    "dynamodb reads": 0.125,
    "eventbridge": 1.00,
    "lambda requests": 0.20,
    "api gateway": 3.50,
    "sns": 0.50,
    "x-ray traces": 5.00,
}
PER_GB_SECOND = 0.0000166667
PER_GB_LOGGED = 0.50

TRACED = 0.05
"""The share of invocations that Lambda samples for X-Ray, beyond one a second."""

PLATFORM_LOG_BYTES = 300
"""Lambda's own lines of an invocation: START, END, REPORT."""

ITEM_UNIT = 1024
EVENT_UNIT = 64 * 1024
WRITES_OF_AN_INSPECTION = 2
"""The table and its index by line and day; the index of failed ones holds only those."""

UNITS: dict[str, tuple[str, float]] = {
    "s3.PutObject": ("s3 writes", 1),
    "s3.ListObjectsV2": ("s3 writes", 1),
    "s3.GetObject": ("s3 reads", 1),
    "s3.DeleteObjects": ("s3 writes", 0),
    "dynamodb.GetItem": ("dynamodb reads", 1),
    "dynamodb.BatchGetItem": ("dynamodb reads", 2),
    "dynamodb.PutItem": ("dynamodb writes", 1),
    "dynamodb.TransactWriteItems": ("dynamodb writes", 4),
    "sqs.GetQueueUrl": ("sqs", 1),
    "sqs.SendMessage": ("sqs", 1),
    "sqs.DeleteMessageBatch": ("sqs", 1),
    "sqs.ChangeMessageVisibilityBatch": ("sqs", 1),
    "eventbridge.PutEvents": ("eventbridge", 10),
    "sns.Publish": ("sns", 1),
}
"""What a counted request is billed as, and for how many; reads and writes of the alerts' ledger for two items."""


def write_units(item_bytes: int) -> int:
    """What storing an inspection counts for."""
    return ceil(item_bytes / ITEM_UNIT) * WRITES_OF_AN_INSPECTION
