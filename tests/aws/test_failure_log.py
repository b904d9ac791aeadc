"""The reason of a failure is kept until its dead letter is gone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws.failure_log import DynamoDBFailureLog
from tests.support.builders import NOON, FakeClock

DEAD_LETTERS_KEPT = timedelta(days=14)


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName="failures",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "message_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "message_id", "KeyType": "HASH"}],
        )
        yield client


def test_the_last_error_of_a_message_is_found(dynamodb: Any) -> None:
    failure_log = DynamoDBFailureLog(dynamodb, "failures", FakeClock())
    assert failure_log.find("m1") is None
    failure_log.record("m1", "the disk is full")
    failure_log.record("m1", "the disk is gone")
    assert failure_log.find("m1") == "the disk is gone"


def test_a_reason_is_kept_a_day_longer_than_its_dead_letter(dynamodb: Any) -> None:
    """The queue may take a message in up to a day after its failure was recorded; it need not be kept for ever."""
    DynamoDBFailureLog(dynamodb, "failures", FakeClock()).record("m1", "the disk is full")
    item = dynamodb.get_item(TableName="failures", Key={"message_id": {"S": "m1"}})["Item"]
    assert float(item["expires_at"]["N"]) == (NOON + DEAD_LETTERS_KEPT + timedelta(days=1)).timestamp()
