"""The bus accepts every event, or the error names the refused ones."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.eventbridge import EventBridgeBus
from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import INSPECTION_EVENT, AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from tests.support.builders import an_inspection
from tests.support.fake_client import as_client

EVENTS = [event_of(an_inspection(f"image-{number}")) for number in range(23)]


class Recorder:
    """An EventBridge client that records requests and refuses one event with the code."""

    def __init__(self, refuse: str = "", code: str = "Throttled") -> None:
        self.refuse, self.code = refuse, code
        self.requests: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        self.requests.append(Entries)
        answers = [{"ErrorCode": self.code} if self.refuse and self.refuse in e["Detail"] else {} for e in Entries]
        return {"FailedEntryCount": sum(map(len, answers)), "Entries": answers}


class Strict(Recorder):
    """Fails a whole request that has the event."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        if any(self.refuse in entry["Detail"] for entry in Entries):
            raise ClientError({"Error": {"Code": self.code, "Message": "not this one"}}, "PutEvents")
        return super().put_events(Entries)


def sent_by(recorder: Recorder) -> list[AnyInspectionEvent]:
    """In the order of their ids: requests are made side by side."""
    return by_id(
        [INSPECTION_EVENT.validate_json(entry["Detail"]) for request in recorder.requests for entry in request]
    )


def by_id(events: list[AnyInspectionEvent]) -> list[AnyInspectionEvent]:
    return sorted(events, key=lambda event: event.event_id)


def sizes_of(recorder: Recorder) -> list[int]:
    return sorted(map(len, recorder.requests), reverse=True)


def failed(image_id: str, message: str) -> AnyInspectionEvent:
    return event_of(an_inspection(image_id, verdict=Verdict.FAILED, revision=0, original_message=message))


def test_events_are_published_ten_in_each_request() -> None:
    recorder = Recorder()
    EventBridgeBus(as_client(recorder), "bus").publish(EVENTS)
    assert sizes_of(recorder) == [10, 10, 3]
    assert sent_by(recorder) == by_id(EVENTS)


def test_a_refused_event_is_an_error_that_names_it() -> None:
    with pytest.raises(PublishFailed, match=f"ImageInspected {EVENTS[7].event_id}: Throttled"):
        EventBridgeBus(as_client(Recorder(EVENTS[7].event_id)), "bus").publish(EVENTS)


def test_the_others_are_published_before_the_error_is_raised() -> None:
    recorder = Recorder(EVENTS[0].event_id)
    with pytest.raises(PublishFailed):
        EventBridgeBus(as_client(recorder), "bus").publish(EVENTS)
    assert sent_by(recorder) == by_id(EVENTS)


def test_a_request_has_no_more_bytes_than_the_bus_accepts() -> None:
    recorder = Recorder()
    events = [failed(str(number), "m" * 60_000) for number in range(7)]
    assert EventBridgeBus(as_client(recorder), "bus").publish(events) == []
    assert sizes_of(recorder) == [3, 3, 1]
    assert sent_by(recorder) == by_id(events)


def test_an_event_that_no_request_can_hold_is_returned_with_its_reason_and_the_others_are_published() -> None:
    recorder = Recorder()
    large = failed("large", "\N{WRENCH}" * 62_000)
    [(refused, reason)] = EventBridgeBus(as_client(recorder), "bus").publish([EVENTS[0], large, EVENTS[1]])
    assert refused == large
    assert reason.endswith("bytes; the bus accepts 240000")
    assert sent_by(recorder) == by_id(EVENTS[:2])


@pytest.mark.parametrize("code", ["InvalidArgument", "MalformedDetail", "ValidationException"])
def test_an_event_that_the_bus_will_never_accept_is_returned_with_its_reason(code: str) -> None:
    [(refused, reason)] = EventBridgeBus(as_client(Recorder(EVENTS[7].event_id, code)), "bus").publish(EVENTS)
    assert (refused, reason) == (EVENTS[7], f"{code}: ")


def test_an_event_that_makes_its_whole_request_invalid_is_refused_alone() -> None:
    strict = Strict(EVENTS[7].event_id, "ValidationException")
    [(refused, reason)] = EventBridgeBus(as_client(strict), "bus").publish(EVENTS)
    assert (refused, reason) == (EVENTS[7], "ValidationException: not this one")
    assert sent_by(strict) == by_id([event for event in EVENTS if event is not EVENTS[7]])


def test_an_error_of_the_bus_that_may_pass_is_raised() -> None:
    with pytest.raises(ClientError, match="InternalException"):
        EventBridgeBus(as_client(Strict(EVENTS[7].event_id, "InternalException")), "bus").publish(EVENTS)
