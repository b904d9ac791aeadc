"""The event bus."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from chalicelib.errors import PublishFailed
from chalicelib.events import AnyInspectionFact

SOURCE = "linewatch"
LARGEST_REQUEST = 10
"""Entries that one PutEvents takes."""


class EventBridgeBus:
    """A custom bus. PutEvents answers 200 also when it refused entries, so its count is looked at."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish(self, facts: Sequence[AnyInspectionFact]) -> None:
        """Put all facts, ten a request; PublishFailed names what was refused and why."""
        for chunk in batched(facts, LARGEST_REQUEST):
            answer = self._client.put_events(Entries=[self._entry(fact) for fact in chunk])
            if answer["FailedEntryCount"]:
                raise PublishFailed(_refusals(chunk, answer["Entries"]))

    def _entry(self, fact: AnyInspectionFact) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": fact.event_type,
            "Detail": fact.model_dump_json(),
            "Time": fact.occurred_at,
        }


def _refusals(facts: Sequence[AnyInspectionFact], entries: Sequence[dict[str, str]]) -> str:
    return "; ".join(
        f"{fact.event_type} {fact.event_id}: {entry['ErrorCode']}: {entry.get('ErrorMessage', '')}"
        for fact, entry in zip(facts, entries, strict=True)
        if "ErrorCode" in entry
    )
