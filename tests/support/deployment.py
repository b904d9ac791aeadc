"""A deployment for tests: its settings, its clients and its tables."""

from functools import cache
from typing import Any

from boto3.session import Session

from chalicelib.aws.clients import AwsClients
from chalicelib.aws.platform import Platform
from chalicelib.aws.settings import Settings
from chalicelib.composition import Linewatch
from chalicelib.core.clock import Clock, utc_now

ENVIRONMENT = {
    "LINEWATCH_STAGE": "test",
    "LINEWATCH_ACCOUNT": "123456789012",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


SETTINGS = Settings.from_environment(ENVIRONMENT)


def aws_clients() -> AwsClients:
    """Clients with this deployment's credentials, for use inside `mock_aws`."""
    return AwsClients(_session())


@cache
def _session() -> Session:
    """Made once: it knows no more than the credentials and the region."""
    return Session(aws_access_key_id="id", aws_secret_access_key="secret", region_name=SETTINGS.region)


def a_linewatch(clock: Clock = utc_now) -> Linewatch:
    """Linewatch on those clients."""
    return Linewatch(Platform(SETTINGS, aws_clients(), clock))


def create_tables(dynamodb: Any) -> None:
    """Create the tables of inspections and keys as the template does."""
    dynamodb.create_table(
        TableName="linewatch-test-keys",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key_id", "KeyType": "HASH"}],
    )
    create_lines(dynamodb)
    names = ["inspection_id", "run", "line_day", "position", "failed_id", "review_list", "review_position"]
    names += ["draw_project", "draw_position"]
    dynamodb.create_table(
        TableName="linewatch-test-inspections",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_schema("inspection_id", "run"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_line_day",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": _schema("line_day", "position"),
            },
            {
                "IndexName": "failed",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "failed_id", "KeyType": "HASH"}],
            },
            {
                "IndexName": "reviews",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": _schema("review_list", "review_position"),
            },
            {
                "IndexName": "draw",
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": _schema("draw_project", "draw_position"),
            },
        ],
    )


def create_registry(dynamodb: Any) -> None:
    """The tables of what is kept of projects, as the template makes them."""
    dynamodb.create_table(
        TableName="linewatch-test-registry",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("project", "item", "kind")],
        KeySchema=_schema("project", "item"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_kind",
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": _schema("kind", "project"),
            }
        ],
    )
    for name in ("projects", "calendars", "alert-rules"):
        dynamodb.create_table(
            TableName=f"linewatch-test-{name}",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
        )


def create_lines(dynamodb: Any) -> None:
    """The table of lines, as the template makes it."""
    dynamodb.create_table(
        TableName="linewatch-test-lines",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("project", "line")],
        KeySchema=_schema("project", "line"),
    )


def _schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]


def create_secrets_key(kms: Any) -> None:
    """Create the KMS key that seals the secrets of keys."""
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/linewatch-test-keys", TargetKeyId=key_id)
