"""What a person said will not come back is not reported again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.recovery.acknowledgements import DynamoDBAcknowledgements
from chalicelib.recovery.domain import Acknowledgement, Gap
from tests.recovery.plant import Plant
from tests.support.builders import NOON
from tests.support.fake_client import EmptyTables, as_client

LOST = Acknowledgement(Gap.ROW, "i1", "ann", "the disk of that day broke", NOON)


@pytest.fixture
def table() -> Iterator[DynamoDBAcknowledgements]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName="table",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "missing", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "missing", "KeyType": "HASH"}],
        )
        yield DynamoDBAcknowledgements(client, "table")


def test_an_acknowledgement_is_of_one_gap_of_one_inspection(table: DynamoDBAcknowledgements) -> None:
    table.add(LOST)
    assert table.of(["i1", "i2"]) == {(Gap.ROW, "i1")}
    assert table.of(["i2"]) == set()
    assert table.of([]) == set()


def test_acknowledgements_are_listed_with_who_why_and_when(table: DynamoDBAcknowledgements) -> None:
    table.add(LOST)
    assert list(table.all()) == [LOST]


def test_a_later_word_replaces_an_earlier_one(table: DynamoDBAcknowledgements) -> None:
    later = Acknowledgement(Gap.ROW, "i1", "bob", "restored by hand", NOON + timedelta(days=1))
    table.add(LOST)
    table.add(later)
    assert list(table.all()) == [later]


def test_more_inspections_than_one_request_may_name_are_looked_up(table: DynamoDBAcknowledgements) -> None:
    ids = [f"i{number}" for number in range(70)]
    for inspection_id in ids:
        table.add(Acknowledgement(Gap.ITEM, inspection_id, "ann", "gone", NOON))
    assert table.of(ids) == {(Gap.ITEM, inspection_id) for inspection_id in ids}


def test_acknowledgements_are_read_consistently() -> None:
    tables = EmptyTables()
    DynamoDBAcknowledgements(as_client(tables), "table").of(["i1"])
    assert [request["ConsistentRead"] for request in tables.requests] == [True]


def test_keys_that_dynamodb_left_out_are_asked_for_again() -> None:
    class Busy:
        """Answers one key a request."""

        def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - AWS's name
            first, *others = RequestItems["table"]["Keys"]
            rest = {"table": {"Keys": others, "ConsistentRead": True}} if others else {}
            return {"Responses": {"table": [first]}, "UnprocessedKeys": rest}

    assert DynamoDBAcknowledgements(as_client(Busy()), "table").of(["i1"]) == {(gap, "i1") for gap in Gap}


def test_an_acknowledged_gap_is_counted_apart_and_not_missing() -> None:
    plant = Plant()
    lost, other = plant.upload("a"), plant.upload("b")
    plant.acknowledgements.add(Acknowledgement(Gap.INSPECTION, lost.inspection_id, "ann", "gone", NOON))
    pieces = plant.compare()
    assert [each.inspection_id for piece in pieces for each in piece.missing] == [other.inspection_id]
    assert sum(piece.acknowledged for piece in pieces) == 1


def test_another_gap_of_an_acknowledged_inspection_is_missing() -> None:
    plant = Plant()
    inspection = plant.inspect(plant.upload("a"))
    plant.acknowledgements.add(Acknowledgement(Gap.ITEM, inspection.inspection_id, "ann", "gone", NOON))
    assert plant.missing() == [(Gap.ROW, inspection.inspection_id)]


def test_what_was_acknowledged_is_not_sent_again() -> None:
    plant = Plant()
    lost, unarchived = plant.upload("a"), plant.inspect(plant.upload("b"))
    for gap, inspection_id in ((Gap.INSPECTION, lost.inspection_id), (Gap.ROW, unarchived.inspection_id)):
        plant.acknowledgements.add(Acknowledgement(gap, inspection_id, "ann", "gone", NOON))
    assert plant.missing(repair=True) == []
    assert (plant.notifications.announced, plant.bus.published) == ([], [])
