"""Answers from proxies and login pages are retried and named as such; no message contains the key."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import httpx
import pytest

from linewatch.camera.api import AccessDenied, Api, PresignedUpload
from linewatch.camera.connection import ConnectionSettingsError, connect, is_this_machine
from linewatch.camera.retry import RetryPolicy, TemporaryError
from linewatch.camera.status import State
from tests.camera.conftest import Fill
from tests.camera.misbehaving import API_FAULTS, FAULTS, PUT_FAULTS, Fault, Misbehaving
from tests.camera.running import sent_by, states
from tests.camera.service import KEY, Service, error

ELSEWHERE = {"key revoked for a while", "a very slow body"}
"""These faults have their own tests."""
OF_THE_API = {name: it for name, it in (FAULTS | API_FAULTS).items() if name not in ELSEWHERE}
OF_THE_BUCKET = {name: it for name, it in (FAULTS | PUT_FAULTS).items() if name not in ELSEWHERE}


@pytest.mark.parametrize("name", OF_THE_API)
def test_a_foreign_answer_in_place_of_the_api_is_retried(
    service: Service, fill: Fill, tmp_path: Path, name: str
) -> None:
    fill(2)
    service.faults["POST"].append(unlocked(service, OF_THE_API[name]))
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 2


@pytest.mark.parametrize("name", OF_THE_BUCKET)
def test_a_foreign_answer_in_place_of_the_bucket_is_retried(
    service: Service, fill: Fill, tmp_path: Path, name: str
) -> None:
    fill(2)
    service.faults["PUT"].append(unlocked(service, OF_THE_BUCKET[name]))
    statuses = sent_by(service.api(), tmp_path / "shots", wait=5)
    assert states(statuses) == [State.INSPECTED] * 2
    assert len(service.objects) == 2


def unlocked(service: Service, fault: Fault) -> Callable[[httpx.Request], httpx.Response]:
    """Adapt a fault of a bad network to the service."""
    network = Misbehaving(service, seed=0)
    network.service = service.answer  # type: ignore[method-assign]
    return lambda request: fault(network, request)


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "\ufeff\r\n <HTML lang='en'>"])
@pytest.mark.parametrize("status", [403, 412])
def test_a_page_is_no_answer_of_the_bucket_even_if_not_declared_as_html(
    service: Service, start: str, status: int
) -> None:
    page = httpx.Response(
        status, content=f"{start}<body>sign in</body>".encode(), headers={"Content-Type": "text/plain"}
    )
    service.faults["PUT"].append(lambda _: page)
    upload = PresignedUpload("a", "b", "k", "http://bucket.test/k", {})
    with pytest.raises(TemporaryError, match="login page or a proxy"):
        service.api(attempts=1).put(upload, b"image", "e1")


def test_a_login_page_is_named_as_such(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["POST"].extend([lambda _: httpx.Response(200, html="<html>login</html>")] * 4)
    [status] = sent_by(service.api(attempts=4), tmp_path / "shots")
    assert status.state is State.FAILED
    assert "answered 200 with text/html" in str(status.cause)
    assert "login page or a proxy" in str(status.cause)


def test_a_watch_that_was_accepted_continues_when_its_key_is_refused_for_a_while(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            fill(1, first=1)
            service.faults["POST"].append(lambda _: error(401, "Unauthorized", f"unknown key {KEY}"))
        if len(waits) == 8:
            raise KeyboardInterrupt

    output = StringIO()
    statuses = sent_by(service.api(), tmp_path / "shots", watch=True, sleep=meanwhile, output=output)
    assert states(statuses) == [State.UPLOADED] * 2
    assert max(waits) == 30
    assert "unknown key <key>; trying again" in output.getvalue()


def test_an_invalid_inspection_does_not_affect_other_verdicts(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(3)
    sent_by(service.api(), tmp_path / "shots")
    first, second, _ = service.inspections.values()
    first |= {"verdict": 7}
    second |= {"uploaded_at": "soon", "confidence": True}
    statuses = sent_by(service.api(), tmp_path / "shots", wait=0)
    assert sorted(states(statuses)) == [State.INSPECTED, State.INSPECTED, State.UPLOADED]


def test_a_list_whose_pages_repeat_ends(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.inspecting = False
    circle = httpx.Response(200, json={"inspections": [], "next_cursor": "again"})
    service.faults["GET"].extend([lambda _: circle] * 100)
    assert states(sent_by(service.api(), tmp_path / "shots", wait=0)) == [State.UPLOADED]
    assert service.calls["GET"] < 10


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_refuses_no_image_whatever_its_body(
    service: Service, fill: Fill, tmp_path: Path, status: int
) -> None:
    fill(1)
    to_login = httpx.Response(status, json={"message": "sign in"}, headers={"Location": "http://login.example"})
    service.faults["POST"].append(lambda _: to_login)
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]


def test_another_inspection_is_not_taken_for_the_requested_one(service: Service) -> None:
    another = httpx.Response(200, json={"inspection_id": "b", "verdict": "normal"})
    service.faults["GET"].append(lambda _: another)
    with pytest.raises(TemporaryError):
        service.api(attempts=1).inspection("a")


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY}\r\n", f" \t{KEY} "])
def test_white_space_around_a_key_is_removed(service: Service, key: str) -> None:
    Api("http://linewatch.test/v1", key, RetryPolicy(), httpx.MockTransport(service)).inspection("none")
    assert service.calls["GET"] == 1


@pytest.mark.parametrize("key", ["lw_1\n_secret", "lw_1 secret", "lw_secr\u00e9t", "secret\0", " "])
def test_a_key_that_is_not_valid_in_a_header_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ConnectionSettingsError) as raised:
        Api("http://linewatch.test/v1", key, RetryPolicy())
    assert "secr" not in str(raised.value)


def test_a_key_that_a_gateway_repeats_is_not_in_the_message(service: Service) -> None:
    service.faults["POST"].append(lambda _: error(403, "Forbidden", f"Invalid key=value pair: 'Bearer {KEY}'"))
    with pytest.raises(AccessDenied, match="Bearer <key>"):
        service.api().request_uploads([{}])


@pytest.mark.parametrize("url", ["", "linewatch.example", "ftp://linewatch.example", "http://", "http://[::1"])
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ConnectionSettingsError, match="address of the API"):
        connect(url, key="k", timeout=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST.", "[::1]", "b.s3.localhost"])
def test_names_of_this_machine_are_recognised(host: str) -> None:
    assert is_this_machine(host)
    assert not is_this_machine(f"x{host}.example")


def test_a_proxy_of_the_environment_is_used_except_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    remote, inside = (connect(url, key=None, timeout=1) for url in ("http://a.example", "http://127.0.0.1:1"))
    for client, host, direct in (
        (remote, "http://a.example", False),
        (remote, "http://localhost:1", True),
        (remote, "http://127.0.0.1:1", True),
        (inside, "http://127.0.0.1:1", True),
        (inside, "http://b.s3.localhost:1", True),
    ):
        assert (client._transport_for_url(httpx.URL(host)) is client._transport) is direct


@pytest.mark.parametrize("proxy", ["nonsense://x", "socks5://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_an_error(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConnectionSettingsError, match="HTTPS_PROXY"):
        connect("https://a.example", key=None, timeout=1)
    connect("http://127.0.0.1:1", key=None, timeout=1)


def test_an_endless_answer_is_cut_off(service: Service) -> None:
    service.faults["GET"].extend([unlocked(service, FAULTS["an endless body"])] * 2)
    with pytest.raises(TemporaryError, match="too long or too slow"):
        service.api(attempts=2).inspection("a")


def test_a_very_slow_answer_is_cut_off(service: Service) -> None:
    network = Misbehaving(service, seed=0, share=0)
    service.faults["GET"].extend([lambda request: FAULTS["a very slow body"](network, request)] * 4)
    with pytest.raises(TemporaryError, match="too long or too slow"):
        network.api().inspection("a")
    assert network.clock < 600
