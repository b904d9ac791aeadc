"""The event bus."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

from chalicelib.aws.batch_requests import AT_ONCE, LARGEST_BYTES, in_requests
from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, AnyEvent, AnyInspectionEvent, DayInspected, DriftFound

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "linewatch"
PERMANENT = {"InvalidArgument", "MalformedDetail", "ValidationException"}
"""Error codes of an entry that will never be accepted. All others may pass."""

type Entry[E] = tuple[E, PutEventsRequestEntryTypeDef]
"""An event, and the entry that puts it."""


def message_of(event: AnyEvent) -> str:
    """The body of a message as a rule of the bus sends it, as far as anyone reads it."""
    body = f'{{"detail": {event.model_dump_json()}}}'
    # The two characters of JSON that SQS refuses.
    return body.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def event_in(body: str) -> AnyInspectionEvent:
    """The event in a message that a rule of the bus, or `message_of`, made."""
    return INSPECTION_EVENT.validate_python(json.loads(body)["detail"])


def notice_in(body: str) -> DayInspected | DriftFound | None:
    """The same of a summary of a day or of a drift; None if it is another event."""
    detail = json.loads(body)["detail"]
    match detail.get("event_type"):
        case DayInspected.__name__:
            return DayInspected.model_validate(detail)
        case DriftFound.__name__:
            return DriftFound.model_validate(detail)
    return None


class EventBridgeBus:
    """A custom bus."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish[E: AnyEvent](self, events: Sequence[E]) -> list[tuple[E, str]]:
        """Put all events, ten a request and no more bytes than one may have, with the requests side by side.

        Returns the events that the bus will never accept, each with the reason. `PublishFailed`, after the others were
        put, names those that it did not accept now.
        """
        refused: list[tuple[E, str]] = []
        failed: list[tuple[E, str]] = []
        chunks = list(in_requests(self._entries(events, refused), _bytes_of))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for event, code, message in chain.from_iterable(pool.map(self._put, chunks)):
                (refused if code in PERMANENT else failed).append((event, f"{code}: {message}"))
        if failed:
            raise PublishFailed("; ".join(f"{event.event_type} {event.event_id}: {why}" for event, why in failed))
        return refused

    def _put[E: AnyEvent](self, chunk: Sequence[Entry[E]]) -> list[tuple[E, str, str]]:
        """The events that were not accepted. PutEvents answers 200 even when it refused entries."""
        try:
            answer = self._client.put_events(Entries=[entry for _, entry in chunk])
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in PERMANENT:
                raise
            if len(chunk) == 1:
                return [(chunk[0][0], error.response["Error"]["Code"], error.response["Error"].get("Message", ""))]
            return [refusal for each in chunk for refusal in self._put([each])]
        return [
            (event, entry["ErrorCode"], entry.get("ErrorMessage", ""))
            for (event, _), entry in zip(chunk, answer["Entries"], strict=True)
            if "ErrorCode" in entry
        ]

    def _entries[E: AnyEvent](self, events: Sequence[E], refused: list[tuple[E, str]]) -> Iterator[Entry[E]]:
        """The entry of each event; one that no request can hold goes to `refused`."""
        for event in events:
            entry = event, self._entry(event)
            if (length := _bytes_of(entry)) > LARGEST_BYTES:
                refused.append((event, f"the event has {length} bytes; the bus accepts {LARGEST_BYTES}"))
            else:
                yield entry

    def _entry(self, event: AnyEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.event_type,
            "Detail": event.model_dump_json(),
            "Time": event.occurred_at,
        }


def _bytes_of(entry: Entry[AnyEvent]) -> int:
    return len(entry[1]["Detail"].encode()) + 200  # the entry's other fields
