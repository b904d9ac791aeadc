"""Which IAM permissions a call of botocore needs: the action, and the ARN on which it is checked.

Source: "Service Authorization Reference", AWS. Most actions have the name of their operation.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.pipeline.account import NUMBER, REGION

type Need = tuple[str, str]
"""An action and an ARN, such as ("sqs:SendMessage", "arn:aws:sqs:...")."""
type Parameters = Mapping[str, Any]

FREE = {"cognito-idp.GetUser", "sts.GetCallerIdentity"}
"""Calls that need no permission."""
_S3_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}
_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class UnknownCall(Exception):
    """It is not known which permission this call needs: say it in this module."""


def needs_of(service: str, operation: str, parameters: Parameters) -> set[Need]:
    """The permissions of one call. Raises `UnknownCall`."""
    if f"{service}.{operation}" in FREE:
        return set()
    if service not in _SERVICES:
        raise UnknownCall(f"{service}.{operation}")
    return set(_SERVICES[service](operation, parameters))


def arn(service: str, resource: str) -> str:
    """An ARN of the account of the tests."""
    return f"arn:aws:{service}:{REGION}:{NUMBER}:{resource}"


def _dynamodb(operation: str, parameters: Parameters) -> Iterator[Need]:
    match parameters:
        case {"TransactItems": items}:
            for item in items:
                [(kind, part)] = item.items()
                yield f"dynamodb:{_TRANSACTIONS[kind]}", _table(part["TableName"])
        case {"RequestItems": tables}:
            for name in tables:
                yield f"dynamodb:{operation}", _table(name)
        case {"TableName": name, "IndexName": index}:
            yield f"dynamodb:{operation}", f"{_table(name)}/index/{index}"
        case {"TableName": name}:
            yield f"dynamodb:{operation}", _table(name)
        case _:
            raise UnknownCall(f"dynamodb.{operation}")


def _table(name: str) -> str:
    return arn("dynamodb", f"table/{name}")


def _streams(operation: str, parameters: Parameters) -> Iterator[Need]:
    match parameters:
        case {"StreamArn": stream}:
            yield f"dynamodb:{operation}", stream
        case {"ShardIterator": iterator}:
            yield f"dynamodb:{operation}", iterator.rpartition("|")[0] or iterator
        case _:
            raise UnknownCall(f"dynamodbstreams.{operation}")


def _s3(operation: str, parameters: Parameters) -> Iterator[Need]:
    action, bucket = f"s3:{_S3_ACTIONS.get(operation, operation)}", f"arn:aws:s3:::{parameters['Bucket']}"
    if action == "s3:GetObject" and "VersionId" in parameters:
        action = "s3:GetObjectVersion"
    if operation == "DeleteObjects":
        for each in parameters["Delete"]["Objects"]:
            yield "s3:DeleteObject", f"{bucket}/{each['Key']}"
    else:
        yield action, f"{bucket}/{parameters['Key']}" if "Key" in parameters else bucket
    if action in {"s3:GetObject", "s3:GetObjectVersion"}:
        yield "s3:ListBucket", bucket  # without it an object that is gone is answered like one that is forbidden


def _sqs(operation: str, parameters: Parameters) -> Iterator[Need]:
    if operation == "ListQueues":
        yield "sqs:ListQueues", arn("sqs", "*")
        return
    queue = parameters.get("QueueUrl") or parameters["QueueName"]
    if "tags" in parameters:
        yield "sqs:TagQueue", arn("sqs", queue)
    yield f"sqs:{operation.removesuffix('Batch')}", arn("sqs", queue.rpartition("/")[2])


def _events(operation: str, parameters: Parameters) -> Iterator[Need]:
    match parameters:
        case {"Entries": entries}:
            for entry in entries:
                yield f"events:{operation}", arn("events", f"event-bus/{entry['EventBusName']}")
        case {"Rule": rule, "EventBusName": bus} | {"Name": rule, "EventBusName": bus}:
            yield f"events:{operation}", arn("events", f"rule/{bus}/{rule}")
        case {"EventBusName": bus}:
            yield f"events:{operation}", arn("events", f"rule/{bus}/*")
        case _:
            raise UnknownCall(f"events.{operation}")


def _lambda(operation: str, parameters: Parameters) -> Iterator[Need]:
    if operation in _MAPPINGS:
        yield f"lambda:{operation}", arn("lambda", f"event-source-mapping:{parameters.get('UUID', '*')}")
        return
    action = "InvokeFunction" if operation == "Invoke" else operation
    yield f"lambda:{action}", arn("lambda", f"function:{parameters['FunctionName'].rpartition(':')[2]}")


_MAPPINGS = {
    "CreateEventSourceMapping",
    "DeleteEventSourceMapping",
    "GetAccountSettings",
    "ListEventSourceMappings",
    "UpdateEventSourceMapping",
}
"""Calls whose permission is checked on a mapping or on nothing, not on a function."""


def _athena(operation: str, parameters: Parameters) -> Iterator[Need]:
    """Athena looks into the catalog, reads the files and keeps the result by the rights of who asks.

    Source: "Identity and access management in Athena", Amazon Athena User Guide.
    """
    yield f"athena:{operation}", arn("athena", f"workgroup/{parameters.get('WorkGroup', 'linewatch-test')}")
    bucket = f"arn:aws:s3:::linewatch-test-{NUMBER}"
    if operation == "GetQueryResults":
        yield "s3:GetObject", f"{bucket}/query-results/a.csv"
    if operation != "StartQueryExecution":
        return
    yield "athena:GetDataCatalog", arn("athena", "datacatalog/AwsDataCatalog")
    for place in ("catalog", "database/default", "database/linewatch_test", "table/linewatch_test/current"):
        yield from ((f"glue:{action}", arn("glue", place)) for action in ("GetDatabase", "GetTable", "GetPartitions"))
    yield "s3:GetBucketLocation", bucket
    yield "s3:ListBucket", bucket
    yield "s3:GetObject", f"{bucket}/lake/inspections/dt=2026-03-14/line=line-1/a.parquet"
    for action in ("AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject"):
        yield f"s3:{action}", f"{bucket}/query-results/a.csv"


def _cloudwatch(operation: str, _parameters: Parameters) -> Iterator[Need]:
    yield f"cloudwatch:{operation}", "*"


def _ses(operation: str, parameters: Parameters) -> Iterator[Need]:
    yield f"ses:{operation}", arn("ses", f"identity/{parameters['FromEmailAddress']}")


def _sns(operation: str, parameters: Parameters) -> Iterator[Need]:
    yield f"sns:{operation}", parameters["TopicArn"]


def _logs(operation: str, parameters: Parameters) -> Iterator[Need]:
    yield f"logs:{operation}", arn("logs", f"log-group:{parameters['logGroupName']}:*")


def _kms(operation: str, parameters: Parameters) -> Iterator[Need]:
    """A stage has one key for secrets, and one that signs at a time, which is asked for by its alias or its id."""
    if operation == "CreateKey":
        yield f"kms:{operation}", "*"
        yield from (("kms:TagResource", "*") for _ in parameters["Tags"])
        return
    alias = parameters.get("AliasName")
    signs = alias or "sign-off" in parameters.get("KeyId", "")
    yield f"kms:{operation}", arn("kms", "key/sign-off" if signs else "key/secrets")
    if alias:
        yield f"kms:{operation}", arn("kms", alias)


def _apigateway(_operation: str, _parameters: Parameters) -> Iterator[Need]:
    """The list of APIs is all that anybody reads."""
    yield "apigateway:GET", f"arn:aws:apigateway:{REGION}::/restapis"


def _cognito(operation: str, parameters: Parameters) -> Iterator[Need]:
    """A stage has one pool."""
    yield f"cognito-idp:{operation}", arn("cognito-idp", "userpool/people") if "UserPoolId" in parameters else "*"


_SERVICES: Mapping[str, Callable[[str, Parameters], Iterator[Need]]] = {
    "apigateway": _apigateway,
    "athena": _athena,
    "cloudwatch": _cloudwatch,
    "cognito-idp": _cognito,
    "dynamodb": _dynamodb,
    "dynamodbstreams": _streams,
    "events": _events,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "s3": _s3,
    "sesv2": _ses,
    "sns": _sns,
    "sqs": _sqs,
}
