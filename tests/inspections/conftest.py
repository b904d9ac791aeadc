"""The table of inspections and its fake."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.inspections.dynamodb import DynamoDBInspections
from chalicelib.inspections.ports import Inspections
from tests.support.fake_inspections import FakeInspections


def a_table() -> DynamoDBInspections:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    names = ["inspection_id", "run", "line_day", "position", "failed_id", "review_list", "review_position"]
    names += ["draw_project", "draw_position"]
    client.create_table(
        TableName="inspections",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": "inspection_id", "KeyType": "HASH"},
            {"AttributeName": "run", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_line_day",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [
                    {"AttributeName": "line_day", "KeyType": "HASH"},
                    {"AttributeName": "position", "KeyType": "RANGE"},
                ],
            },
            {
                "IndexName": "failed",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "failed_id", "KeyType": "HASH"}],
            },
            {
                "IndexName": "draw",
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": [
                    {"AttributeName": "draw_project", "KeyType": "HASH"},
                    {"AttributeName": "draw_position", "KeyType": "RANGE"},
                ],
            },
            {
                "IndexName": "reviews",
                "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [
                    {"AttributeName": "review_list", "KeyType": "HASH"},
                    {"AttributeName": "review_position", "KeyType": "RANGE"},
                ],
            },
        ],
    )
    client.meta.events.register("provide-client-params.dynamodb.Query", refuse_reversed_bounds)
    client.create_table(
        TableName="lines",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("project", "line")],
        KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
    )
    return DynamoDBInspections(client, "inspections", lines="lines")


def refuse_reversed_bounds(params: dict[str, Any], **_: object) -> None:
    """AWS does this, but moto does not."""
    bounds = params["ExpressionAttributeValues"]
    assert bounds[":earliest"]["S"] <= bounds[":latest"]["S"], "BETWEEN requires upper bound to be >= lower bound"


@pytest.fixture(params=["fake", "dynamodb"])
def table(request: pytest.FixtureRequest) -> Iterator[Inspections]:
    if request.param == "fake":
        yield FakeInspections()
        return
    with mock_aws():
        yield a_table()
