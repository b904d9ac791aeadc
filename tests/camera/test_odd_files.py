"""A file that cannot be sent does not stop other files, and is counted with its reason."""

import os
from io import StringIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from chalicelib.models.image_files import FROM_PHONE
from linewatch.camera.files import LARGEST_READ, StillWritten, Unsendable, read_image
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from tests.camera.conftest import Fill
from tests.camera.running import sent_by, states
from tests.camera.service import Service, error


def by_name(statuses: list[ImageStatus]) -> dict[str, tuple[str, str | None]]:
    return {status.file: (str(status.state), status.cause) for status in statuses}


@pytest.mark.parametrize("seconds", [300_000_000_000, 9_000_000_000_000_000, -99_999_999_999])
def test_a_file_time_that_is_no_date_is_refused_unless_the_time_of_sending_counts(tmp_path: Path, seconds: int) -> None:
    class Dated(type(Path())):  # type: ignore[misc]
        """A file with a time that this disk may not support."""

        def stat(self, **_: object) -> object:
            size = super().stat().st_size
            return type("Status", (), {"st_size": size, "st_mtime_ns": seconds * 10**9})

    Image.new("RGB", (16, 16)).save(tmp_path / "a.png")
    with pytest.raises(Unsendable, match="set the camera's clock"):
        read_image(Dated(tmp_path / "a.png"))
    assert read_image(Dated(tmp_path / "a.png"), clock=Service.now).captured_at == Service.now()


def test_links_folders_and_pipes_that_are_named_as_images_stop_nothing(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    shots = tmp_path / "shots"
    (shots / "loop.png").symlink_to("loop.png")
    (shots / "nowhere.png").symlink_to(tmp_path / "nothing")
    (shots / "folder.png").mkdir()
    (shots / "again").symlink_to(shots)
    os.mkfifo(shots / "pipe.jpg")
    odd = ("refused", "it is not a regular file, or its link is broken")
    assert by_name(sent_by(service.api(), shots)) == {
        "part-000.png": ("uploaded", None),
        "loop.png": odd,
        "nowhere.png": odd,
        "pipe.jpg": odd,
    }


def test_a_name_that_is_no_utf_8_is_sent_and_resumed(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    file.rename(os.fsdecode(os.fsencode(file.parent) + b"/part-\xff.png"))
    output = StringIO()
    assert states(sent_by(service.api(), tmp_path / "shots", output=output)) == [State.UPLOADED]
    service.calls.clear()
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED]
    assert not service.calls


def test_a_file_that_vanishes_before_it_is_read_stops_no_other(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(3)
    vanishing = tmp_path / "shots" / "part-001.png"

    def vanish(_: httpx.Request) -> httpx.Response:
        vanishing.unlink()
        return error(503, "Busy", "try later")

    service.faults["POST"].append(vanish)
    statuses = sent_by(service.api(), tmp_path / "shots", options=SendOptions(rate=1000, at_once=1))
    assert states(statuses) == [State.UPLOADED] * 2


def test_a_file_that_changes_while_it_is_read_is_sent_later(tmp_path: Path) -> None:
    class Growing(type(Path())):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            content: bytes = super().read_bytes()
            self.write_bytes(content + b"more")
            return content

    Image.new("RGB", (16, 16)).save(tmp_path / "a.png")
    with pytest.raises(StillWritten):
        read_image(Growing(tmp_path / "a.png"))


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    class Unread(type(Path())):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            raise AssertionError("the file was read")

    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(8 * LARGEST_READ)
    for longest_side in (None, 100):
        with pytest.raises(Unsendable, match="2,147,483,648 bytes"):
            read_image(Unread(tmp_path / "huge.png"), shrink_to=longest_side)


def test_an_image_of_another_format_is_an_error_and_other_files_are_counted(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(1)
    shots = tmp_path / "shots"
    Image.new("RGB", (16, 16), "red").save(shots / "frame.BMP")
    (shots / "phone.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    Image.new("RGB", (16, 16), "blue").save(shots / "frame.jfif", "JPEG")
    Image.new("RGB", (16, 16), "teal").save(shots / "named.tif", "PNG")
    reason = f"a .heic file cannot be read: {FROM_PHONE}"
    assert by_name(sent_by(service.api(), shots)) == {
        "frame.jfif": ("uploaded", None),
        "named.tif": ("uploaded", None),
        "part-000.png": ("uploaded", None),
        "frame.BMP": ("uploaded", None),
        "phone.HEIC": ("refused", reason),
    }
