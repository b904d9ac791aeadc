"""The bus accepts every event, or the error names the refused ones."""

from typing import Any

import pytest

from chalicelib.aws.eventbridge import EventBridgeBus
from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, event_of
from tests.support.builders import an_inspection
from tests.support.fake_client import as_client

EVENTS = [event_of(an_inspection(f"image-{number}")) for number in range(23)]


class Recorder:
    """An EventBridge client that records requests and refuses one event."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.requests: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        self.requests.append(Entries)
        answers = [{"ErrorCode": "Throttled"} if self.refuse and self.refuse in e["Detail"] else {} for e in Entries]
        return {"FailedEntryCount": sum(map(len, answers)), "Entries": answers}


def test_events_are_published_in_order_ten_in_each_request() -> None:
    recorder = Recorder()
    EventBridgeBus(as_client(recorder), "bus").publish(EVENTS)
    assert [len(request) for request in recorder.requests] == [10, 10, 3]
    sent = [INSPECTION_EVENT.validate_json(entry["Detail"]) for request in recorder.requests for entry in request]
    assert sent == EVENTS


def test_a_refused_event_is_an_error_that_names_it() -> None:
    with pytest.raises(PublishFailed, match=f"ImageInspected {EVENTS[7].event_id}: Throttled"):
        EventBridgeBus(as_client(Recorder(EVENTS[7].event_id)), "bus").publish(EVENTS)
