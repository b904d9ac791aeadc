"""A camera sends every image once, in spite of network failures, and records the status of each."""

import json
import os
from pathlib import Path

from PIL import Image

from linewatch.camera.status import State
from tests.camera.conftest import Fill
from tests.camera.running import sent_by, states
from tests.camera.service import Service


def test_every_image_of_the_folder_is_put_once(service: Service, fill: Fill, tmp_path: Path) -> None:
    files = fill(250)
    statuses = sent_by(service.api(), tmp_path / "shots")
    assert states(statuses) == [State.UPLOADED] * 250
    assert sorted(service.objects.values()) == sorted(file.read_bytes() for file in files)
    assert service.calls == {"POST": 3, "PUT": 250}


def test_a_request_has_the_time_the_camera_and_the_content(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    sent_by(service.api(), tmp_path / "shots")
    [request] = service.bodies
    assert request["captured_at"] == "2023-11-14T22:13:20+00:00"
    assert (request["line"], request["camera"], request["content_type"]) == ("line-1", "cam-1", "image/png")
    assert request["size_bytes"] == file.stat().st_size


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


def test_an_image_with_a_verdict_is_not_sent_again(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(2)
    sent_by(service.api(), tmp_path / "shots", wait=5)
    service.calls.clear()
    assert states(sent_by(service.api(), tmp_path / "shots", wait=5)) == [State.INSPECTED] * 2
    assert not service.calls


def test_a_changed_file_is_another_image(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    sent_by(service.api(), tmp_path / "shots")
    Image.new("RGB", (20, 20), "red").save(file)
    sent_by(service.api(), tmp_path / "shots")
    assert len(service.objects) == 2


def test_without_the_journal_no_image_is_lost_or_stored_twice(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(5)
    before = sent_by(service.api(), tmp_path / "shots")
    (tmp_path / "journal.jsonl").unlink()
    assert sent_by(service.api(), tmp_path / "shots") == before
    assert len(service.objects) == 5


def test_a_run_killed_at_any_point_is_resumed(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(6)
    sent_by(service.api(), tmp_path / "shots")
    whole = (tmp_path / "journal.jsonl").read_bytes()
    for length in range(0, len(whole), 37):
        (tmp_path / "journal.jsonl").write_bytes(whole[:length])
        service.calls.clear()
        assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 6
        assert service.calls["PUT"] == 6 - whole[:length].count(b"\n")
    assert len(service.objects) == 6


def test_the_same_bytes_in_two_files_are_one_image_with_two_statuses(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    [file] = fill(1)
    copy = file.with_name("copy.png")
    copy.write_bytes(file.read_bytes())
    os.utime(copy, ns=(file.stat().st_mtime_ns, file.stat().st_mtime_ns))
    statuses = sent_by(service.api(), tmp_path / "shots", wait=0)
    assert states(statuses) == [State.INSPECTED] * 2
    assert len(service.objects) == 1


def test_an_empty_file_is_refused_and_a_broken_one_is_sent(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    (tmp_path / "shots" / "empty.jpg").touch()
    (tmp_path / "shots" / "noise.JPEG").write_bytes(b"this is no image")
    empty, noise, good = sent_by(service.api(), tmp_path / "shots")
    assert (empty.state, empty.cause) == (State.REFUSED, "the file is empty")
    assert (noise.state, good.state) == (State.UPLOADED, State.UPLOADED)


def test_the_journal_is_a_line_of_json_for_each_change(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    sent_by(service.api(), tmp_path / "shots", wait=0)
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [line["state"] for line in lines] == ["uploaded", "inspected"]
    assert (lines[1]["verdict"], lines[1]["confidence"], lines[1]["seconds"]) == ("normal", 0.75, 1.5)
