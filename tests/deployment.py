"""A deployment for tests: the environment and the tables that the app expects to find."""

from typing import Any

from chalicelib import outside, wiring

ENVIRONMENT = {
    "LINEWATCH_STAGE": "test",
    "LINEWATCH_ACCOUNT": "123456789012",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def forget_wiring() -> None:
    """Let every use case be wired anew, to this test's tables."""
    for made in (*vars(outside).values(), *vars(wiring).values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def create_tables(dynamodb: Any) -> None:
    """The inspections and the keys, as the template makes them."""
    dynamodb.create_table(
        TableName="linewatch-test-keys",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key_id", "KeyType": "HASH"}],
    )
    names = ["inspection_id", "run", "line_day", "position", "failed_id"]
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
        ],
    )


def _schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]
