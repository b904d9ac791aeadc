"""An error of Linewatch or of AWS ends a command with a message and exit code 1; a bug shows its traceback."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from click.testing import CliRunner, Result

from chalicelib.core.errors import NotFound
from chalicelib.vision.decode import Undecodable
from linewatch.commands.failures import Reporting
from linewatch.demo.images import NoImages
from linewatch.errors import UsageProblem

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "GetObject")


def raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


def run(command: Callable[[], None], *arguments: str) -> Result:
    group = Reporting("linewatch", params=[click.Option(["--debug"], is_flag=True)])
    group.add_command(click.command("work")(command))
    return CliRunner().invoke(group, [*arguments, "work"])


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NotFound("nothing is stored under x"), "nothing is stored under x"),
        (Undecodable("no image"), "no image"),
        (NoImages("the folder is empty"), "the folder is empty"),
        (DENIED, "not yours"),
        (NoCredentialsError(), "Unable to locate credentials"),
        (FileNotFoundError(2, "No such file or directory", "parts/normal"), "parts/normal: No such file or directory"),
        (ModuleNotFoundError("no locust", name="locust"), "pip install 'linewatch[measure]'"),
    ],
)
def test_an_error_with_a_message_ends_with_it_and_1(error: Exception, text: str) -> None:
    ended = run(raising(error))
    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: ")
    assert text in ended.stderr
    assert "Traceback" not in ended.stderr


def test_debug_shows_the_traceback_too() -> None:
    ended = run(raising(NotFound("nothing is stored under x")), "--debug")
    assert ended.exit_code == 1
    assert "Traceback" in ended.stderr
    assert ended.stderr.endswith("Error: nothing is stored under x\n")


def test_a_character_that_the_terminal_lacks_ends_no_command() -> None:
    group = Reporting("linewatch", params=[click.Option(["--debug"], is_flag=True)])
    group.add_command(click.command("work")(lambda: click.echo("Prüfteil 部品.png")))
    answer = CliRunner(charset="latin-1").invoke(group, ["work"])
    assert answer.stdout == "Prüfteil \\u90e8\\u54c1.png\n"
    assert answer.exit_code == 0


@pytest.mark.parametrize("bug", [ValueError("operands could not be broadcast"), KeyError("x"), OSError("odd")])
def test_a_bug_is_not_turned_into_a_message(bug: Exception) -> None:
    assert run(raising(bug)).exception is bug


@pytest.mark.parametrize("error", [click.UsageError("choose one"), UsageProblem("choose one")])
def test_wrong_usage_ends_with_its_message_and_2(error: Exception) -> None:
    ended = run(raising(error))
    assert ended.exit_code == 2
    assert "Error: choose one" in ended.stderr


def test_a_command_that_ends_with_1_prints_no_message() -> None:
    ended = run(raising(click.exceptions.Exit(1)))
    assert (ended.exit_code, ended.output) == (1, "")


def test_no_command_ends_the_process_itself() -> None:
    for file in (Path(__file__).parents[2] / "linewatch").rglob("*.py"):
        text = file.read_text()
        assert "SystemExit(1)" not in text, file
        assert "sys.exit" not in text, file
