"""All commands: their help is fast and has headings, typing errors get suggestions, options have one meaning."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from linewatch.__main__ import main
from linewatch.commands.lazy import LazyGroup
from linewatch.project import ROOT, version

HEAVY = ("boto3", "botocore", "chalice", "numpy", "PIL", "pydantic", "rich", "httpx", "pyarrow")

FIGURES = (
    *("demo", "up", "camera", "detect", "deploy", "trace", "audit", "evaluate", "model threshold"),
    *("key create", "key list", "sql", "dead-letters list", "dead-letters redrive"),
    *("measure bench", "measure cost", "measure vision", "measure sets", "measure foreign", "measure scale"),
    "measure loadtest",
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="linewatch")


def listed(group: LazyGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, click.Command]]:
    """Every command below a group that lists its commands: its name, its summary in the list, and itself."""
    context = click.Context(group)
    for section in group.sections.values():
        for name, (_, summary) in section.items():
            command = group.get_command(context, name)
            assert command is not None, name
            yield (*path, name), summary, command
            if isinstance(command, LazyGroup):
                yield from listed(command, (*path, name))


def everything(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a command, and itself."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from everything(child, (*path, name))


def all_options() -> Iterator[tuple[str, click.Option]]:
    for path, command in everything(main):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield " ".join(path), parameter


@pytest.mark.parametrize("arguments", [["--help"], ["measure", "--help"], ["--version"], ["completion", "zsh"]])
def test_help_version_and_completion_load_nothing_heavy(arguments: list[str]) -> None:
    program = f"""
import sys
from linewatch.__main__ import main
main({arguments!r}, standalone_mode=False)
print("loaded:", *[name for name in {HEAVY!r} if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "loaded:"


def test_the_list_has_the_first_sentence_of_each_commands_own_help() -> None:
    for path, summary, command in listed(main):
        assert command.get_short_help_str(limit=100).removesuffix(".") == summary, path


def test_every_summary_is_below_60_characters() -> None:
    for path, command in everything(main):
        assert 0 < len(command.get_short_help_str(limit=100)) < 60, path


def test_the_help_lists_the_commands_under_their_headings() -> None:
    lines = run("--help").stdout.splitlines()
    assert [line for line in lines if line.endswith(":")][1:] == ["Run:", "Train:", "Operate:", "Measure:", "Develop:"]


@pytest.mark.parametrize(
    "verb", ["demo", "up", "down", "train", "evaluate", "detect", "camera", "key", "audit", "trace"]
)
def test_everyday_verbs_need_no_group(verb: str) -> None:
    assert run(verb, "--help").exit_code == 0


def test_one_option_has_one_name_in_every_command() -> None:
    names = {name for _, option in all_options() for name in option.opts}
    assert {"--local", "--stage", "--json", "--since", "--until"} <= names
    assert not names & {"--name", "--as-json", "--from", "--to-date", "--profile-name"}


def test_json_is_one_option_with_one_meaning() -> None:
    assert {option.name for _, option in all_options() if "--json" in option.opts} == {"as_json"}


@pytest.mark.parametrize("command", FIGURES)
def test_a_command_that_prints_figures_or_lists_prints_them_as_json_too(command: str) -> None:
    assert command in {path for path, option in all_options() if "--json" in option.opts}


@pytest.mark.parametrize(
    ("typed", "meant"), [(["evalute"], "evaluate"), (["model", "treshold"], "threshold"), (["key", "lst"], "list")]
)
def test_a_mistyped_command_gets_a_suggestion(typed: list[str], meant: str) -> None:
    ended = run(*typed)
    assert ended.exit_code == 2
    assert f"Did you mean '{meant}'?" in ended.stderr


def test_the_version_is_the_one_of_the_project() -> None:
    assert version() == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert run("--version").stdout == f"linewatch {version()}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_console_script(shell: str) -> None:
    ended = run("completion", shell)
    assert ended.exit_code == 0
    assert "_LINEWATCH_COMPLETE" in ended.stdout


def test_completion_offers_commands_with_their_summaries() -> None:
    offered = main.shell_complete(click.Context(main), "tra")
    assert [(item.value, item.help) for item in offered] == [
        ("train", "Train a detector on a folder of images"),
        ("trace", "Show what happened to one image, with times"),
    ]
