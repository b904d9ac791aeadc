"""Temporary failures are retried; others are recorded with their reasons."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import httpx
import pytest

from linewatch.camera.api import AccessDenied, Api
from linewatch.camera.retry import LONGEST_RETRY_AFTER, RetryPolicy, TemporaryError, retry_after
from linewatch.camera.status import State
from tests.camera.conftest import Fill
from tests.camera.running import busy, sent_by, states
from tests.camera.service import Service, error


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "trouble",
    [
        busy,
        lambda _: error(429, "TooMany", "slower"),
        lambda _: error(409, "ConditionalRequestConflict", "at once"),
        lambda request: (_ for _ in ()).throw(httpx.ConnectError("refused", request=request)),
        lambda request: (_ for _ in ()).throw(httpx.ReadTimeout("", request=request)),
    ],
    ids=["503", "429", "409", "no connection", "time-out"],
)
def test_a_temporary_failure_is_retried(
    service: Service, fill: Fill, tmp_path: Path, method: str, trouble: Callable[[httpx.Request], httpx.Response]
) -> None:
    fill(3)
    service.faults[method].extend([trouble] * 3)
    assert states(sent_by(service.api(attempts=4), tmp_path / "shots")) == [State.UPLOADED] * 3


@pytest.mark.parametrize("code", ["RequestTimeout", "IncompleteBody"])
def test_an_image_that_a_bad_connection_cut_off_is_sent_again(
    service: Service, fill: Fill, tmp_path: Path, code: str
) -> None:
    """S3 answers 400, as it does for an image that it never accepts."""
    fill(1)
    cut_off = httpx.Response(400, text=f"<Error><Code>{code}</Code><Message>again</Message></Error>")
    service.faults["PUT"].append(lambda _: cut_off)
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]


def test_an_upload_whose_answer_was_lost_is_known_to_be_stored(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.lost["PUT"].append(httpx.ReadTimeout(""))
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert status.inspection_id in service.inspections
    assert service.calls["PUT"] == 2


def test_a_failure_is_recorded_with_its_reason_and_sent_by_the_next_run(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(2)
    service.faults["POST"].extend([busy] * 4)
    statuses = sent_by(service.api(attempts=4), tmp_path / "shots")
    assert states(statuses) == [State.FAILED] * 2
    assert statuses[0].cause == "503 try later"
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 2


def expired(_: httpx.Request) -> httpx.Response:
    return httpx.Response(403, text="<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")


def test_an_expired_url_is_replaced(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["PUT"].append(expired)
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]
    assert service.calls == {"POST": 2, "PUT": 2}


def test_urls_that_never_work_end_in_a_failure_with_the_message_of_the_bucket(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    service.faults["PUT"].extend([expired] * 10)
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert (status.state, status.cause) == (State.FAILED, "403 AccessDenied: Request has expired")
    assert service.calls["PUT"] == 4


def test_one_wrong_image_does_not_stop_the_others(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(5)
    wrong = [{"field": "images.3.captured_at", "message": "is ahead of the server's time"}]
    service.faults["POST"].append(lambda _: error(400, "InvalidRequest", "images.3.captured_at: is ahead", wrong))
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert states(statuses) == [State.UPLOADED] * 3 + [State.REFUSED] + [State.UPLOADED]
    assert statuses[3].cause == "captured_at: is ahead of the server's time"


def test_a_refusal_that_names_no_image_applies_to_all(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(2)
    service.faults["POST"].append(lambda _: error(413, "TooLarge", "the body is over 256 KiB"))
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert [status.cause for status in statuses] == ["413 the body is over 256 KiB"] * 2


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_address_ends_the_work(service: Service, fill: Fill, tmp_path: Path, status: int) -> None:
    fill(1)
    service.faults["POST"].append(lambda _: error(status, "Forbidden", "this key does not cover camera cam-1"))
    with pytest.raises(AccessDenied, match="does not cover camera"):
        sent_by(service.api(), tmp_path / "shots")
    assert not service.objects


def test_a_refused_image_is_tried_again_by_the_next_run(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["PUT"].append(lambda _: httpx.Response(400, text="<Code>BadDigest</Code><Message>no</Message>"))
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert (status.state, status.cause) == (State.REFUSED, "400 BadDigest: no")
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]


class Waits(Event):
    """Records the waits instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0.0)
        return self.is_set()


def test_the_wait_before_another_try_grows_to_its_limit_and_follows_the_service(service: Service) -> None:
    waits = Waits()
    retry = RetryPolicy(attempts=9, base=1, longest=20, stopping=waits, random=lambda _, most: most)
    api = Api("http://linewatch.test/v1", "k", retry, httpx.MockTransport(service))
    service.faults["POST"].extend([busy] * 7)
    service.faults["POST"].append(lambda _: httpx.Response(429, headers={"Retry-After": "60"}))
    service.faults["POST"].append(lambda _: error(401, "Unauthorized", "no key"))
    with pytest.raises(AccessDenied):
        api.request_uploads([{}])
    assert waits.seconds == [1, 2, 4, 8, 16, 20, 20, 60]


def test_nothing_is_tried_again_once_the_client_stops(service: Service) -> None:
    api = service.api()
    api.stop_retrying()
    service.faults["POST"].extend([busy] * 9)
    with pytest.raises(TemporaryError, match="503"):
        api.request_uploads([{}])
    assert service.calls["POST"] == 1


NOW = "Sat, 14 Mar 2026 09:26:53 GMT"


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        ("7", NOW, 7),
        (" 7 ", NOW, 7),
        ("-5", NOW, 0),
        ("1.5", NOW, 0),
        ("\u00b2", NOW, 0),
        ("315360000", NOW, LONGEST_RETRY_AFTER),
        ("9" * 400, NOW, 0),
        ("Sat, 14 Mar 2026 09:27:03 GMT", NOW, 10),
        ("Sat, 14 Mar 2026 09:27:03 GMT", "", 0),
        ("Fri, 13 Mar 2026 09:27:03 GMT", NOW, 0),
        ("Sat, 14 Mar 2036 09:27:03 GMT", NOW, LONGEST_RETRY_AFTER),
        ("Sat, 99 Mar 9999 99:99:99 GMT", NOW, 0),
        ("soon", NOW, 0),
    ],
)
def test_retry_after_is_read_by_the_service_s_clock_and_limited(asked: str, date: str, seconds: float) -> None:
    headers = httpx.Headers([(b"retry-AFTER", asked.encode()), (b"date", date.encode())])
    assert retry_after(headers) == seconds
