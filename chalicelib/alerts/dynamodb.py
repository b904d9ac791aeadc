"""The alert ledger in DynamoDB: which alerts were sent or counted, and the windows that count them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Required, TypedDict, cast

from pydantic import TypeAdapter

from chalicelib.alerts.domain import LONGEST_WINDOW, Claim, Span, State, Window
from chalicelib.aws.dynamodb import Item, timestamp
from chalicelib.core.clock import Clock, moment_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import LedgerBusy
from chalicelib.core.unreadable import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef, PutTypeDef

KEPT = timedelta(days=35)
"""Longer than an event may be delivered again: up to 29 days from dead-letter queues, 31 from reconciliation."""
CHANGED = {"ConditionalCheckFailed", "TransactionConflict"}
"""The reasons for which DynamoDB cancels a transaction when another worker changes one of its items."""

FARTHEST = 2 * LONGEST_WINDOW
"""Longer than any window lasts."""
LARGEST_BODY = 100_000
"""Characters. More than any window needs, and less than a digest may have."""

_WINDOW = TypeAdapter(Window)


class Condition(TypedDict, total=False):
    """The condition of a write."""

    ConditionExpression: Required[str]
    ExpressionAttributeNames: dict[str, str]
    ExpressionAttributeValues: Item


class DynamoDBAlertLedger:
    """Two tables: claims (hash key `alert_id`; items expire at `expires_at`) and windows (hash key `window`).

    The item of a window has `window`, `closes_at`, `opened_by`, `revision`, and the whole window as JSON in `body`.
    """

    def __init__(self, client: "DynamoDBClient", *, claims: str, windows: str, clock: Clock) -> None:
        self._client = client
        self._claims = claims
        self._windows = windows
        self._clock = clock

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        """One BatchGetItem with consistent reads. `LedgerBusy` when DynamoDB did not return both."""
        requested: dict[str, KeysAndAttributesTypeDef] = {
            self._claims: {"Keys": [{"alert_id": {"S": alert_id}}], "ConsistentRead": True},
            self._windows: {"Keys": [{"window": {"S": span.name}}], "ConsistentRead": True},
        }
        answer = self._client.batch_get_item(RequestItems=requested)
        if answer.get("UnprocessedKeys"):
            raise LedgerBusy(f"DynamoDB is overloaded and did not look up alert {alert_id}")
        claims, windows = (answer["Responses"].get(table, []) for table in (self._claims, self._windows))
        return (
            _claim_of(claims[0]) if claims else None,
            _WINDOW.validate_json(windows[0]["body"]["S"]) if windows else None,
        )

    def enter(self, claim: Claim, window: Window) -> bool:
        """One transaction of two conditional puts."""
        puts: list[PutTypeDef] = [
            {
                "TableName": self._claims,
                "Item": self._claim_item(claim),
                "ConditionExpression": "attribute_not_exists(alert_id)",
            },
            _put_of(self._windows, _window_item(window), _if_predecessor_of(window)),
        ]
        try:
            self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason["Code"] for reason in error.response["CancellationReasons"]} - {"None"}
            if not reasons <= CHANGED:
                raise
            return False
        return True

    def change(self, claim: Claim, changed: Claim) -> bool:
        """One conditional put."""
        return self._put(
            self._claims,
            self._claim_item(changed),
            {
                "ConditionExpression": "#state = :state AND held_until = :until",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {
                    ":state": {"S": claim.state},
                    ":until": {"S": timestamp(claim.held_until)},
                },
            },
        )

    def is_sent(self, delivery: str) -> bool:
        """One consistent read. Deliveries are items beside the claims, by `<alert id>/<channel>`."""
        return self.find(delivery) is not None

    def find(self, alert_id: str) -> Claim | None:
        """One consistent read."""
        answer = self._client.get_item(TableName=self._claims, Key={"alert_id": {"S": alert_id}}, ConsistentRead=True)
        return _claim_of(answer["Item"]) if "Item" in answer else None

    def mark_sent(self, delivery: str) -> None:
        """One put."""
        self._client.put_item(TableName=self._claims, Item=self._claim_item(Claim(delivery, State.SENT, self._clock())))

    def due(self, now: datetime) -> Iterator[Window | Unreadable]:
        """A scan of all windows. There are few: the lines that alerted since the last digests."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._windows, ConsistentRead=True):
            for item in page["Items"]:
                window = _read_window(item, now)
                if isinstance(window, Unreadable) or window.span.closes_at <= now:
                    yield window

    def remove(self, unreadable: Unreadable) -> None:
        """One delete."""
        self._client.delete_item(TableName=self._windows, Key={"window": {"S": unreadable.name}})

    def hold(self, window: Window) -> bool:
        """One conditional put."""
        return self._put(self._windows, _window_item(window), _if_predecessor_of(window))

    def forget(self, window: Window) -> None:
        """One conditional delete."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.delete_item(
                TableName=self._windows,
                Key={"window": {"S": window.span.name}},
                **_if_revision(window, window.revision),
            )

    def _put(self, table: str, item: Item, condition: Condition) -> bool:
        try:
            self._client.put_item(**_put_of(table, item, condition))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _claim_item(self, claim: Claim) -> Item:
        return {
            "alert_id": {"S": claim.alert_id},
            "state": {"S": claim.state},
            "held_until": {"S": timestamp(claim.held_until)},
            "expires_at": {"N": str(int((self._clock() + KEPT).timestamp()))},
        }


def _put_of(table: str, item: Item, condition: Condition) -> "PutTypeDef":
    return cast("PutTypeDef", {"TableName": table, "Item": item, **condition})


def _read_window(item: Item, now: datetime) -> Window | Unreadable:
    """A window that no worker can have written is as unreadable as one that cannot be parsed."""
    try:
        window = _WINDOW.validate_json(item["body"]["S"])
        reason = _wrong_with(window, item, now)
    except (KeyError, ValueError, OverflowError) as error:
        reason = describe_error(error)
    else:
        if reason is None:
            return window
    return Unreadable("alert windows", item["window"]["S"], reason, json.dumps(item, default=str))


def _wrong_with(window: Window, item: Item, now: datetime) -> str | None:
    if max(window.span.closes_at, window.held_until or now) > now + FARTHEST:
        return f"it closes at {window.span.closes_at.isoformat()} and is held until {window.held_until}"
    if len(item["body"]["S"]) > LARGEST_BODY:
        return f"its body is over {LARGEST_BODY} characters"
    written = _window_item(window)
    wrong = [name for name in written if name != "body" and item.get(name) != written[name]]
    return f"not as its body says: {', '.join(wrong)}" if wrong else None


def _claim_of(item: Item) -> Claim:
    return Claim(item["alert_id"]["S"], State(item["state"]["S"]), moment_of(item["held_until"]["S"]))


def _window_item(window: Window) -> Item:
    return {
        "window": {"S": window.span.name},
        "closes_at": {"S": timestamp(window.span.closes_at)},
        "opened_by": {"S": window.opened_by},
        "revision": {"N": str(window.revision)},
        "body": {"S": _WINDOW.dump_json(window).decode()},
    }


def _if_predecessor_of(window: Window) -> Condition:
    if window.revision == 1:
        return {"ConditionExpression": "attribute_not_exists(opened_by)"}
    return _if_revision(window, window.revision - 1)


def _if_revision(window: Window, revision: int) -> Condition:
    """`opened_by` is compared too, because a window that was deleted and opened again has another first alert."""
    return {
        "ConditionExpression": "opened_by = :opener AND revision = :revision",
        "ExpressionAttributeValues": {":opener": {"S": window.opened_by}, ":revision": {"N": str(revision)}},
    }
