"""The command, against a service on a real socket."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from click.testing import CliRunner, Result

from linewatch.camera.connection import readable_on_the_way
from linewatch.camera.journal import Journal
from linewatch.commands.camera import camera
from tests.camera.conftest import Fill
from tests.camera.service import KEY, Service, error


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """The address of the service, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://127.0.0.1:{self.server.server_port}{self.path}"  # type: ignore[attr-defined]
            answer = service(httpx.Request(self.command, url, headers=dict(self.headers), content=content))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.bucket_url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"{service.bucket_url}/v1"
    server.shutdown()
    server.server_close()


def arguments(folder: Path, address: str, *more: str) -> list[str]:
    where = ["--line", "line-1", "--camera", "cam-1", "--url", address, "--key", KEY]
    return [str(folder), *where, "--journal", str(folder.parent / "journal.jsonl"), *more]


def run(folder: Path, address: str, *more: str) -> Result:
    return CliRunner().invoke(camera, arguments(folder, address, *more))


def test_stdout_has_only_the_result_as_json(fill: Fill, tmp_path: Path, address: str) -> None:
    fill(3)
    result = run(tmp_path / "shots", address, "--wait", "--json")
    assert result.exit_code == 0
    journal = str(tmp_path / "journal.jsonl")
    assert json.loads(result.stdout) == {"images": 3, "journal": journal, "fates": {"normal": 3}}


def test_the_result_is_printed_as_a_table(fill: Fill, tmp_path: Path, address: str) -> None:
    fill(3)
    (tmp_path / "shots" / "empty.png").touch()
    result = run(tmp_path / "shots", address)
    assert result.exit_code == 1
    assert "the file is empty" in result.stdout
    assert "uploaded" in result.stdout


def test_an_image_without_its_verdict_ends_in_an_error(
    service: Service, fill: Fill, tmp_path: Path, address: str
) -> None:
    fill(2)
    service.inspecting = False
    assert run(tmp_path / "shots", address, "--wait", "--give-up", "0.01").exit_code == 1
    assert run(tmp_path / "shots", address).exit_code == 0


def test_a_wrong_key_is_an_error(service: Service, fill: Fill, tmp_path: Path, address: str) -> None:
    fill(1)
    service.faults["POST"].append(lambda _: error(403, "Forbidden", "this key does not cover camera cam-1"))
    result = run(tmp_path / "shots", address)
    assert result.exit_code == 1
    assert "this key does not cover camera cam-1" in result.stderr


def test_a_killed_camera_continues_in_the_next_run(service: Service, fill: Fill, tmp_path: Path, address: str) -> None:
    fill(40)
    slowly = arguments(tmp_path / "shots", address, "--rate", "40")
    environment = os.environ | {"NO_COLOR": "1"}
    with subprocess.Popen([sys.executable, "-m", "linewatch", "camera", *slowly], env=environment) as process:
        while len(service.objects) < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    sent = len(service.objects)
    assert sent < 40
    service.calls.clear()
    assert run(tmp_path / "shots", address, "--wait").exit_code == 0
    assert len(service.objects) == 40
    assert service.calls["PUT"] <= 40 - sent + 8  # what was on its way and not yet written down


def test_without_a_key_the_error_says_how_to_create_one(fill: Fill, tmp_path: Path) -> None:
    fill(1)
    options = [str(tmp_path / "shots"), "--line", "line-1", "--camera", "cam-1"]
    result = CliRunner(env={"LINEWATCH_KEY": None}).invoke(camera, options)
    assert result.exit_code == 2
    assert "key create --role camera" in result.stderr


def test_a_terminated_watch_reports_its_result(service: Service, fill: Fill, tmp_path: Path, address: str) -> None:
    fill(2)
    watching = [
        sys.executable,
        "-m",
        "linewatch",
        "camera",
        *arguments(tmp_path / "shots", address, "--watch", "--json"),
    ]
    with subprocess.Popen(watching, stdout=subprocess.PIPE, text=True) as process:
        while len(service.objects) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.terminate()
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert json.loads(output)["fates"] == {"uploaded": 2}


def test_a_second_client_on_the_same_folder_is_refused(
    service: Service, fill: Fill, tmp_path: Path, address: str
) -> None:
    fill(2)
    with closing(Journal(tmp_path / "journal.jsonl")):
        result = run(tmp_path / "shots", address)
    assert result.exit_code == 1
    assert "another camera client is using the journal" in result.stderr
    assert not service.calls
    assert run(tmp_path / "shots", address).exit_code == 0


def test_a_key_with_a_line_break_of_a_secret_file_works_and_a_broken_one_is_not_shown(
    fill: Fill, tmp_path: Path, address: str
) -> None:
    fill(1)
    options = [*arguments(tmp_path / "shots", address)]
    at = options.index("--key")
    del options[at : at + 2]
    assert CliRunner(env={"LINEWATCH_KEY": f"{KEY}\r\n"}).invoke(camera, options).exit_code == 0
    broken = CliRunner(env={"LINEWATCH_KEY": f"{KEY}\n{KEY}"}).invoke(camera, options)
    assert broken.exit_code == 1
    assert "the key is empty, or has a line break" in broken.stderr
    assert KEY not in broken.output


def test_images_in_another_format_are_an_error_and_other_files_are_counted(
    fill: Fill, tmp_path: Path, address: str
) -> None:
    fill(1)
    (tmp_path / "shots" / "notes.txt").touch()
    result = run(tmp_path / "shots", address, "--json")
    assert (result.exit_code, json.loads(result.stdout)["passed_over"]) == (0, {".txt": 1})
    (tmp_path / "shots" / "frame.gif").write_bytes(b"GIF89a")
    result = run(tmp_path / "shots", address)
    assert result.exit_code == 1
    assert "a .gif file cannot be read: save it as JPEG" in result.stdout
    assert "skipped, because they are not images: 1 .txt" in result.stdout


@pytest.mark.parametrize("option", ["--line", "--camera", "--facility"])
def test_an_invalid_id_is_refused_before_anything_is_sent(
    service: Service, fill: Fill, tmp_path: Path, address: str, option: str
) -> None:
    fill(1)
    result = run(tmp_path / "shots", address, option, "line 1/2")
    assert result.exit_code == 2
    assert "is not a valid id" in result.stderr
    assert not service.calls


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://gate.plant.example/v1", "gate.plant.example"),
        ("HTTP://10.0.0.7:8080", "10.0.0.7"),
        ("https://gate.plant.example/v1", None),
        ("http://127.0.0.1:4566/v1", None),
        ("http://[::1]:4566/v1", None),
        ("http://localhost/v1", None),
    ],
)
def test_a_key_that_goes_unencrypted_to_another_machine_is_warned_of(url: str, host: str | None) -> None:
    assert readable_on_the_way(url) == host


def test_the_warning_names_the_host_and_says_what_to_do(tmp_path: Path, fill: Fill) -> None:
    fill(0)
    result = run(tmp_path / "shots", "http://gate.invalid/v1")
    assert (
        "the key and the images go to gate.invalid unencrypted, for all on the way to read: use an https"
        in result.stderr
    )
