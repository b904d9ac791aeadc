"""A second stage on a running emulator: made, changed, shown and removed by the commands that work on AWS."""

import json

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from linewatch.__main__ import main
from linewatch.stack.local import LocalStack

pytestmark = pytest.mark.emulator

STAGE = "second"
RAISE_ALERTS = f"linewatch-{STAGE}-raise_alerts"


@pytest.fixture
def _shell(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell whose AWS is the emulator."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)


def linewatch(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--stage", STAGE])


def done(*arguments: str) -> str:
    run = linewatch(*arguments)
    assert run.exit_code == 0, run.stderr
    return run.stdout


def window_of(stack: LocalStack) -> str:
    found = stack.client("lambda").get_function_configuration(FunctionName=RAISE_ALERTS)
    window: str = found["Environment"]["Variables"]["LINEWATCH_ALERT_WINDOW"]
    return window


@pytest.mark.usefixtures("_shell")
def test_a_stage_is_deployed_changed_and_removed(stack: LocalStack) -> None:
    planned = linewatch("deploy", "--plan")
    assert planned.exit_code == 0, planned.stderr
    assert "changes    create" in planned.stderr
    with pytest.raises(ClientError, match="ResourceNotFound"):
        window_of(stack)

    made = json.loads(done("deploy", "--yes", "--json", "--set", "AlertWindow=20", "--tag", "team=press"))
    assert made["BucketName"] == f"linewatch-{STAGE}-{stack.account}"
    assert window_of(stack) == "20"

    done("deploy", "--yes", "--set", "ResultsWindow=5")
    assert window_of(stack) == "20"
    settings = json.loads(done("settings", "--json"))
    assert (settings["settings"]["AlertWindow"], settings["settings"]["ResultsWindow"]) == (20, 5)
    assert settings["tags"] == {"team": "press"}
    with pytest.raises(ClientError, match="TerminationProtection"):
        stack.client("cloudformation").delete_stack(StackName=f"linewatch-{STAGE}")

    stack.client("s3").put_object(Bucket=made["BucketName"], Key="images/p/l/c/2026-11-26/1", Body=b"1")
    refused = linewatch("destroy", "--yes")
    assert refused.exit_code == 2
    assert "the stage holds images" in refused.stderr
    done("destroy", "--yes", "--keep-data")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        window_of(stack)
    assert stack.client("s3").list_objects_v2(Bucket=made["BucketName"])["KeyCount"] == 1

    done("destroy", "--delete-data", "--confirm", STAGE)
    buckets = [each["Name"] for each in stack.client("s3").list_buckets()["Buckets"]]
    tables = stack.client("dynamodb").list_tables()["TableNames"]
    assert not [name for name in [*buckets, *tables] if name.startswith(f"linewatch-{STAGE}-")]
    assert "there is nothing of stage second" in linewatch("destroy", "--keep-data").stderr
