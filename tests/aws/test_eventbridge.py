"""The bus takes every event or says which it refused."""

from typing import Any

import pytest

from chalicelib.aws.eventbridge import EventBridgeBus
from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, event_of
from tests.support.builders import an_inspection
from tests.support.fake_client import as_client

FACTS = [event_of(an_inspection(f"image-{number}")) for number in range(23)]


class Recorder:
    """An EventBridge that keeps what it is sent and refuses one event."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.requests: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        self.requests.append(Entries)
        answers = [{"ErrorCode": "Throttled"} if self.refuse and self.refuse in e["Detail"] else {} for e in Entries]
        return {"FailedEntryCount": sum(map(len, answers)), "Entries": answers}


def test_facts_go_in_chunks_of_ten_in_order() -> None:
    recorder = Recorder()
    EventBridgeBus(as_client(recorder), "bus").publish(FACTS)
    assert [len(request) for request in recorder.requests] == [10, 10, 3]
    sent = [INSPECTION_EVENT.validate_json(entry["Detail"]) for request in recorder.requests for entry in request]
    assert sent == FACTS


def test_a_refused_event_is_an_error_that_names_it() -> None:
    with pytest.raises(PublishFailed, match=f"ImageInspected {FACTS[7].event_id}: Throttled"):
        EventBridgeBus(as_client(Recorder)(FACTS[7].event_id), "bus").publish(FACTS)
