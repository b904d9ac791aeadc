"""List prices of us-east-1 in USD, and the billed units of each request. docs/reference/cost.md gives their sources."""

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
PER_GB_ARCHIVED = 0.10

A_MONTH = {
    "alarms": 0.10,
    "dashboards": 3.00,
    "metrics": 0.30,
    "keys": 1.00,
    "web ACLs": 5.00,
}
"""Each, whether anything happens or not."""

TRACED = 0.05
"""The share of invocations that Lambda samples for X-Ray, beyond the first of each second. It cannot be set."""

BILLED_ROUNDING_SECONDS = 0.001
"""Lambda bills the time of the function's code in whole ms; it does not bill the dispatch before."""

WHOLE_CORE_MB = 1769
"""With this memory a function has one core, with less a part of it ("Configure Lambda function memory", AWS Lambda)."""

ITEM_UNIT = 1024
MESSAGE_UNIT = 64 * 1024
"""Bytes of an event, or of the messages of one request to SQS, that are billed as one."""
WRITES_OF_AN_INSPECTION = 2
"""One to the table, one to its index by line and day. Only failed inspections are in the other index."""

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
    "sqs.SendMessageBatch": ("sqs", 1),
    "sqs.DeleteMessageBatch": ("sqs", 1),
    "sqs.ChangeMessageVisibilityBatch": ("sqs", 1),
    "eventbridge.PutEvents": ("eventbridge", 10),
    "sns.Publish": ("sns", 1),
}
"""Counted request to the price that applies and the number of units. Requests to the alert ledger have two items."""


def write_units(item_bytes: int) -> int:
    """The billed writes of storing an inspection."""
    return ceil(item_bytes / ITEM_UNIT) * WRITES_OF_AN_INSPECTION
