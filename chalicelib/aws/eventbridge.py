"""The event bus."""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, AnyEvent, AnyInspectionEvent, DayInspected, DriftFound

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "linewatch"
LARGEST_REQUEST = 10
"""The most entries of one PutEvents request."""
LARGEST_BYTES = 240_000
"""The most bytes of a request's entries together: AWS allows 256 KiB."""
AT_ONCE = 10
"""The most requests at a time: as many as the largest batch of the stream needs."""
PERMANENT = {"InvalidArgument", "MalformedDetail", "ValidationException"}
"""Error codes of an entry that will never be accepted. All others may pass."""

type Entry[E] = tuple[E, PutEventsRequestEntryTypeDef]
"""An event, and the entry that puts it."""


def event_in(body: str) -> AnyInspectionEvent:
    """The event in a message that a rule of the bus sent."""
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
        chunks = list(_chunks(((event, self._entry(event)) for event in events), refused))
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

    def _entry(self, event: AnyEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.event_type,
            "Detail": event.model_dump_json(),
            "Time": event.occurred_at,
        }


def _chunks[E: AnyEvent](entries: Iterable[Entry[E]], refused: list[tuple[E, str]]) -> Iterator[list[Entry[E]]]:
    """The entries in requests of allowed sizes; an event that no request can hold goes to `refused`."""
    chunk: list[Entry[E]] = []
    size = 0
    for event, entry in entries:
        length = len(entry["Detail"].encode()) + 200  # the entry's other fields
        if length > LARGEST_BYTES:
            refused.append((event, f"the event has {length} bytes; the bus accepts {LARGEST_BYTES}"))
            continue
        if len(chunk) == LARGEST_REQUEST or size + length > LARGEST_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append((event, entry))
        size += length
    if chunk:
        yield chunk
