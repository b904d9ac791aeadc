"""A camera sends every image once, whatever the network does, and says of each what became of it."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from rich.console import Console

from linewatch.camera.api import AccessDenied, Api
from linewatch.camera.client import Job, run
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation
from tests.camera.conftest import Fill
from tests.camera.service import Service, error

LOCATION = CameraLocation(line="line-1", camera="cam-1")


def sent_by(
    api: Api,
    folder: Path,
    *,
    wait: float | None = None,
    options: SendOptions | None = None,
    watch: bool = False,
    sleep: Callable[[float], object] = lambda _: None,
) -> list[ImageStatus]:
    job = Job(folder=folder, location=LOCATION, options=options or SendOptions(), watch=watch, wait_seconds=wait)
    show = ProgressDisplay(Console(file=StringIO()))
    with closing(Journal(folder.parent / "journal.jsonl")) as journal:
        return run(job, api, journal, show, sleep)


def busy(_: httpx.Request) -> httpx.Response:
    return error(503, "Busy", "try later")


def states(statuses: list[ImageStatus]) -> list[State]:
    return [status.state for status in statuses]


def test_every_image_of_the_folder_is_put_once(service: Service, fill: Fill, tmp_path: Path) -> None:
    files = fill(250)
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert states(statuses) == [State.UPLOADED] * 250
    assert sorted(service.objects.values()) == sorted(file.read_bytes() for file in files)
    assert service.calls == {"POST": 3, "PUT": 250}


def test_the_service_is_told_when_where_and_what(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    sent_by(service.api(), tmp_path / "shots")
    [told] = service.bodies
    assert told["captured_at"] == "2023-11-14T22:13:20+00:00"
    assert (told["line"], told["camera"], told["content_type"]) == ("line-1", "cam-1", "image/png")
    assert told["size_bytes"] == file.stat().st_size


def test_the_inspection_id_is_that_of_the_service(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(3)
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert {status.inspection_id for status in statuses} == set(service.inspections)


def test_a_second_run_sends_nothing(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(5)
    sent_by(service.api(), tmp_path / "shots")
    service.calls.clear()
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 5
    assert not service.calls


def test_a_changed_file_is_another_image(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    sent_by(service.api(), tmp_path / "shots")
    Image.new("RGB", (20, 20), "red").save(file)
    sent_by(service.api(), tmp_path / "shots")
    assert len(service.objects) == 2


def test_a_lost_journal_loses_and_doubles_nothing(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(5)
    before = sent_by(service.api(), tmp_path / "shots")
    (tmp_path / "journal.jsonl").unlink()
    assert sent_by(service.api(), tmp_path / "shots") == before
    assert len(service.objects) == 5


def test_a_run_killed_anywhere_is_resumed(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(6)
    sent_by(service.api(), tmp_path / "shots")
    whole = (tmp_path / "journal.jsonl").read_bytes()
    for length in range(0, len(whole), 37):
        (tmp_path / "journal.jsonl").write_bytes(whole[:length])
        service.calls.clear()
        assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 6
        assert service.calls["PUT"] == 6 - whole[:length].count(b"\n")
    assert len(service.objects) == 6


def test_the_same_bytes_in_two_files_are_one_image_with_two_fates(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    copy = file.with_name("copy.png")
    copy.write_bytes(file.read_bytes())
    os.utime(copy, ns=(file.stat().st_mtime_ns, file.stat().st_mtime_ns))
    statuses = sent_by(service.api(), tmp_path / "shots", wait=0)
    assert states(statuses) == [State.INSPECTED] * 2
    assert len(service.objects) == 1


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
def test_what_passes_is_tried_again(
    service: Service, fill: Fill, tmp_path: Path, method: str, trouble: Callable[[httpx.Request], httpx.Response]
) -> None:
    fill(3)
    service.faults[method].extend([trouble] * 3)
    assert states(sent_by(service.api(attempts=4), tmp_path / "shots")) == [State.UPLOADED] * 3


@pytest.mark.parametrize("code", ["RequestTimeout", "IncompleteBody"])
def test_an_image_that_a_bad_connection_cut_off_is_sent_again(
    service: Service, fill: Fill, tmp_path: Path, code: str
) -> None:
    """S3 says so with 400, as it does of an image that it will never take."""
    fill(1)
    cut_off = httpx.Response(400, text=f"<Error><Code>{code}</Code><Message>again</Message></Error>")
    service.faults["PUT"].append(lambda _: cut_off)
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]


def test_an_upload_whose_answer_was_lost_is_known_to_be_there(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.lost["PUT"].append(httpx.ReadTimeout(""))
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert status.inspection_id in service.inspections
    assert service.calls["PUT"] == 2


def test_what_does_not_pass_is_a_failure_with_its_cause_and_sent_by_the_next_run(
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


def test_urls_that_never_work_end_in_a_failure_with_the_bucket_s_words(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    service.faults["PUT"].extend([expired] * 10)
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert (status.state, status.cause) == (State.FAILED, "403 AccessDenied: Request has expired")
    assert service.calls["PUT"] == 4


def test_one_wrong_image_does_not_hold_back_the_others(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(5)
    wrong = [{"field": "images.3.captured_at", "message": "is ahead of the server's time"}]
    service.faults["POST"].append(lambda _: error(400, "InvalidRequest", "images.3.captured_at: is ahead", wrong))
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert states(statuses) == [State.UPLOADED] * 3 + [State.REFUSED] + [State.UPLOADED]
    assert statuses[3].cause == "captured_at: is ahead of the server's time"


def test_a_refusal_that_names_no_image_is_every_image_s(service: Service, fill: Fill, tmp_path: Path) -> None:
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


def test_an_empty_file_is_refused_and_a_broken_one_is_the_service_s_to_judge(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    (tmp_path / "shots" / "empty.jpg").touch()
    (tmp_path / "shots" / "noise.JPEG").write_bytes(b"this is no image")
    empty, noise, good = sent_by(service.api(), tmp_path / "shots")
    assert (empty.state, empty.cause) == (State.REFUSED, "the file is empty")
    assert (noise.state, good.state) == (State.UPLOADED, State.UPLOADED)


def test_a_refused_image_is_tried_again_by_the_next_run(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["PUT"].append(lambda _: httpx.Response(400, text="<Code>BadDigest</Code><Message>no</Message>"))
    [status] = sent_by(service.api(), tmp_path / "shots")
    assert (status.state, status.cause) == (State.REFUSED, "400 BadDigest: no")
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]


def test_images_may_be_stamped_with_the_time_of_sending(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    os.utime(file, (0, 0))
    now = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    sent_by(service.api(), tmp_path / "shots", options=SendOptions(clock=lambda: now))
    assert service.bodies[0]["captured_at"] == "2026-03-14T09:26:53+00:00"


def test_a_rate_spaces_the_uploads(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(4)
    began = datetime.now(UTC)
    sent_by(service.api(), tmp_path / "shots", options=SendOptions(rate=20))
    assert timedelta(seconds=0.15) <= datetime.now(UTC) - began < timedelta(seconds=1)


def test_urls_of_slow_images_are_not_asked_for_long_ahead() -> None:
    assert [SendOptions(rate=rate).batch for rate in (None, 100, 2, 0.01)] == [100, 100, 10, 1]


def test_a_watch_sends_what_appears_and_leaves_what_is_still_written(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    growing = tmp_path / "shots" / "growing.png"
    looks = iter(range(1, 9))

    def meanwhile(_: float) -> None:
        look = next(looks)
        sent = "growing.png" in (tmp_path / "journal.jsonl").read_text()
        assert sent == (look > 4)
        if look <= 3:
            growing.write_bytes(bytes(look))
            fill(2, first=1)
        if sent:
            raise KeyboardInterrupt

    statuses = sent_by(service.api(), tmp_path / "shots", watch=True, wait=0, sleep=meanwhile)
    assert states(statuses) == [State.INSPECTED] * 4
    assert len(service.objects) == 4


def test_a_watch_outlives_an_ill_service(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["POST"].extend([busy] * 4)
    rounds = iter([None, None, None, KeyboardInterrupt()])

    def meanwhile(_: float) -> None:
        if (end := next(rounds)) is not None:
            raise end

    assert states(sent_by(service.api(attempts=2), tmp_path / "shots", watch=True, sleep=meanwhile)) == [State.UPLOADED]


def test_the_journal_is_a_line_of_json_for_each_fate(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    sent_by(service.api(), tmp_path / "shots", wait=0)
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [line["state"] for line in lines] == ["uploaded", "inspected"]
    assert (lines[1]["verdict"], lines[1]["confidence"], lines[1]["seconds"]) == ("normal", 0.75, 1.5)
