"""The alert ledger and its fake behave the same."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.alerts.domain import Alert, Claim, Kind, Span, State, Window
from chalicelib.alerts.dynamodb import KEPT, DynamoDBAlertLedger, _read_window, _window_item
from chalicelib.alerts.ports import AlertLedger
from chalicelib.core.errors import LedgerBusy
from chalicelib.core.inspection import Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.recovery.domain import AGES
from tests.support.builders import NOON, FakeClock, an_inspection
from tests.support.fake_alerts import FakeAlertLedger
from tests.support.fake_client import EmptyTables, as_client

SPAN = Span("plates", "line-1", NOON, timedelta(minutes=5))
HELD = Claim("a1", State.HELD, NOON + timedelta(seconds=50))
OPENED = Window(span=SPAN, opened_by="a1")
SECOND = Alert("a2", Kind.DEFECT, an_inspection("b", verdict=Verdict.ANOMALOUS))


def a_ledger() -> DynamoDBAlertLedger:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    for table, key in {"claims": "alert_id", "windows": "window"}.items():
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
    return DynamoDBAlertLedger(client, claims="claims", windows="windows", clock=FakeClock())


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> Iterator[AlertLedger]:
    if request.param == "fake":
        yield FakeAlertLedger()
        return
    with mock_aws():
        yield a_ledger()


def counted(alert_id: str) -> Claim:
    return Claim(alert_id, State.COUNTED, NOON)


def test_a_delivery_is_recorded_beside_the_claims(ledger: DynamoDBAlertLedger) -> None:
    assert not ledger.is_sent("e1/mail")
    ledger.mark_sent("e1/mail")
    ledger.mark_sent("e1/mail")
    assert (ledger.is_sent("e1/mail"), ledger.is_sent("e1/topic")) == (True, False)


def test_a_stored_claim_and_window_are_found(ledger: AlertLedger) -> None:
    assert ledger.look("a1", SPAN) == (None, None)
    assert ledger.enter(HELD, OPENED)
    assert ledger.look("a1", SPAN) == (HELD, OPENED)
    assert ledger.look("a2", SPAN) == (None, OPENED)
    assert ledger.look("a1", SPAN.following) == (HELD, None)


def test_a_window_is_read_with_all_that_it_counted(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    assert ledger.enter(counted("a2"), OPENED.counting(SECOND))
    assert ledger.look("a2", SPAN) == (counted("a2"), OPENED.counting(SECOND))


def test_an_alert_is_entered_once_and_then_changes_no_window(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    assert not ledger.enter(counted("a1"), OPENED.counting(SECOND))
    assert ledger.look("a1", SPAN) == (HELD, OPENED)


def test_of_two_workers_that_read_the_same_window_one_can_write(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    assert ledger.enter(counted("a2"), OPENED.counting(SECOND))
    assert not ledger.enter(counted("a3"), OPENED.counting(SECOND))
    assert ledger.look("a3", SPAN) == (None, OPENED.counting(SECOND))


def test_of_two_workers_that_found_no_window_one_can_open_it(ledger: AlertLedger) -> None:
    assert ledger.enter(HELD, OPENED)
    assert not ledger.enter(replace(HELD, alert_id="a2"), replace(OPENED, opened_by="a2"))
    assert ledger.look("a2", SPAN) == (None, OPENED)


def test_a_window_that_was_deleted_and_opened_again_is_another_window(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    ledger.forget(OPENED)
    again = replace(OPENED, opened_by="a9")
    assert ledger.enter(replace(HELD, alert_id="a9"), again)
    assert not ledger.enter(counted("a2"), OPENED.counting(SECOND))
    assert not ledger.hold(OPENED.held(NOON))
    ledger.forget(OPENED)
    assert ledger.look("a2", SPAN) == (None, again)


def test_a_window_that_does_not_exist_is_not_counted_in(ledger: AlertLedger) -> None:
    assert not ledger.enter(counted("a2"), OPENED.counting(SECOND))
    assert ledger.look("a2", SPAN) == (None, None)


def test_a_claim_is_changed_only_by_a_worker_that_knows_its_state(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    later = replace(HELD, held_until=NOON + timedelta(seconds=99))
    assert ledger.change(HELD, later)
    assert not ledger.change(HELD, replace(HELD, state=State.SENT))
    assert ledger.change(later, replace(later, state=State.SENT))
    assert ledger.look("a1", SPAN)[0] == replace(later, state=State.SENT)


def test_a_window_is_due_from_its_close_on(ledger: AlertLedger) -> None:
    ledger.enter(HELD, OPENED)
    ledger.enter(replace(HELD, alert_id="a2"), replace(OPENED, opened_by="a2", span=SPAN.following))
    assert list(ledger.due(SPAN.closes_at - timedelta(microseconds=1))) == []
    assert list(ledger.due(SPAN.closes_at)) == [OPENED]
    ledger.forget(OPENED)
    assert list(ledger.due(SPAN.closes_at)) == []


def test_a_held_window_can_be_held_again_but_an_outdated_worker_cannot_count_in_it_or_delete_it(
    ledger: AlertLedger,
) -> None:
    ledger.enter(HELD, OPENED)
    held = OPENED.held(NOON)
    assert ledger.hold(held)
    assert not ledger.hold(held)
    assert not ledger.enter(counted("a2"), OPENED.counting(SECOND))
    ledger.forget(OPENED)
    assert list(ledger.due(SPAN.closes_at)) == [held]
    assert ledger.hold(held.held(NOON + timedelta(minutes=1)))


def test_claims_and_windows_are_read_consistently() -> None:
    """An older answer would not have the claim of another worker."""
    tables = EmptyTables()
    ledger = DynamoDBAlertLedger(as_client(tables), claims="claims", windows="windows", clock=FakeClock())
    assert ledger.look("a1", SPAN) == (None, None)
    assert list(ledger.due(NOON)) == []
    assert [request["ConsistentRead"] for request in tables.requests] == [True, True, True]


def test_an_incomplete_answer_is_not_taken_for_an_alert_without_a_claim() -> None:
    class Overloaded:
        def batch_get_item(self, **_: object) -> dict[str, Any]:
            return {"Responses": {}, "UnprocessedKeys": {"claims": {}}}

    ledger = DynamoDBAlertLedger(as_client(Overloaded()), claims="claims", windows="windows", clock=FakeClock())
    with pytest.raises(LedgerBusy, match="a1"):
        ledger.look("a1", SPAN)


@mock_aws
@pytest.mark.parametrize("code", ["ThrottlingError", "ValidationError"])
def test_only_a_change_by_another_worker_lets_an_alert_be_entered_again_at_once(code: str) -> None:
    ledger = a_ledger()
    canceled = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": code}]}

    def refuse(**_: object) -> None:
        raise ledger._client.exceptions.TransactionCanceledException(canceled, "TransactWriteItems")  # type: ignore[arg-type]

    ledger._client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", refuse)
    with pytest.raises(ledger._client.exceptions.TransactionCanceledException):
        ledger.enter(HELD, OPENED)


@mock_aws
def test_a_claim_is_kept_longer_than_any_queue_keeps_its_event() -> None:
    ledger = a_ledger()
    ledger.enter(HELD, OPENED)
    item = boto3.client("dynamodb", region_name="eu-west-1").get_item(
        TableName="claims", Key={"alert_id": {"S": "a1"}}
    )["Item"]
    assert float(item["expires_at"]["N"]) == (NOON + KEPT).timestamp()
    assert timedelta(days=28) < KEPT


def test_an_event_that_reconciliation_publishes_again_does_not_alert_again() -> None:
    """The oldest compared day began one day before its age."""
    assert timedelta(days=max(AGES) + 1) < KEPT


@pytest.mark.parametrize(
    ("column", "value"),
    [("revision", {"N": "70"}), ("opened_by", {"S": "another"}), ("closes_at", {"S": "9999-12-31"})],
)
def test_a_window_whose_item_is_not_as_its_body_says_is_unreadable(column: str, value: Any) -> None:
    assert isinstance(_read_window({**_window_item(OPENED), column: value}, NOON), Unreadable)
    assert _read_window(_window_item(OPENED), NOON) == OPENED


def test_a_window_that_an_earlier_version_opened_for_all_verdicts_is_still_read() -> None:
    counts = OPENED.counting(SECOND)
    item = _window_item(counts)
    body = json.loads(item["body"]["S"])
    del body["span"]["verdict"]
    item["body"] = {"S": json.dumps(body)}
    assert item["window"]["S"] == "plates/line-1/2026-03-14T12:00:00+00:00"
    assert _read_window(item, NOON) == counts
