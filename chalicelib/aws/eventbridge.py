"""The event bus."""

import json
from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING

from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, AnyInspectionEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef, PutEventsResultEntryTypeDef

SOURCE = "linewatch"
LARGEST_REQUEST = 10
"""The most entries of one PutEvents request."""


def event_in(body: str) -> AnyInspectionEvent:
    """Parse the event in a message that a rule of the bus put on a queue."""
    return INSPECTION_EVENT.validate_python(json.loads(body)["detail"])


class EventBridgeBus:
    """A custom event bus. PutEvents answers 200 even if it refused entries, so `publish` checks the count."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish(self, events: Sequence[AnyInspectionEvent]) -> None:
        """Put all events, ten in each request; `PublishFailed` names each refused event and the reason."""
        for chunk in batched(events, LARGEST_REQUEST):
            answer = self._client.put_events(Entries=[self._entry(event) for event in chunk])
            if answer["FailedEntryCount"]:
                raise PublishFailed(_refusals(chunk, answer["Entries"]))

    def _entry(self, event: AnyInspectionEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.event_type,
            "Detail": event.model_dump_json(),
            "Time": event.occurred_at,
        }


def _refusals(events: Sequence[AnyInspectionEvent], entries: "Sequence[PutEventsResultEntryTypeDef]") -> str:
    return "; ".join(
        f"{event.event_type} {event.event_id}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage', '')}"
        for event, entry in zip(events, entries, strict=True)
        if "ErrorCode" in entry
    )
