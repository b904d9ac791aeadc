"""An image that runs out of attempts is failed with its error, and a redrive gives it a verdict."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Inspection, Verdict
from linewatch.commands.dead_letters import dead_letters
from linewatch.operate.versions import import_and_start
from tests.conftest import MakeKey
from tests.emulator.account import accounted, settle
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import Plant, Sent, until

pytestmark = pytest.mark.emulator

PROJECT = "newcomer"
LINE = "line-lost"
GARBAGE = "this is not a notification"
RECEIVES = 2
"""How often the queue delivers in this test. Five attempts would take 160 s; the tests of infra check that number."""


@dataclass(frozen=True)
class Lost:
    """An image of a project without a model, and its failed inspection."""

    image: Sent
    failed: Inspection


@pytest.fixture(scope="module")
def newcomer(plant: Plant, make_key: MakeKey) -> Plant:
    """A project that has no model yet."""
    return replace(plant, token=make_key(Role.CAMERA, PROJECT))


@pytest.fixture(scope="module")
def lost(newcomer: Plant) -> Lost:
    """An image and a message that is not a notification, both out of attempts."""
    dead = (
        f"arn:aws:sqs:{newcomer.stack.region}:{newcomer.stack.account}:linewatch-{newcomer.stack.stage}-inspection-dlq"
    )
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": RECEIVES})
    with newcomer.queue_set("inspection", RedrivePolicy=policy):
        newcomer.send_message("inspection", GARBAGE)
        [image] = newcomer.send([a_photograph()], LINE)
        failed = newcomer.verdict(image.inspection_id)
        until(lambda: newcomer.queues().get("unreadable-dlq"), "the unreadable message")
    return Lost(image, failed)


def test_an_image_out_of_attempts_is_failed_with_the_last_error(lost: Lost) -> None:
    assert lost.failed.verdict is Verdict.FAILED
    assert "no live model version" in str(lost.failed.reason)
    assert lost.failed.revision == 0
    assert lost.image.key in str(lost.failed.original_message)


def test_dead_letters_lists_an_unreadable_message_with_its_error(plant: Plant, lost: Lost) -> None:
    [dead_letter] = [dead_letter for dead_letter in listed(plant) if dead_letter["queue"] == "unreadable-dlq"]
    assert dead_letter["message"] == GARBAGE
    assert "JSONDecodeError" in dead_letter["error"]
    purge(plant, "unreadable-dlq")


def test_a_redrive_gives_a_failed_image_a_verdict(newcomer: Plant, lost: Lost, tmp_path: Path, say: Say) -> None:
    [dead_letter] = [each for each in listed(newcomer) if each["id"] == lost.image.inspection_id]
    assert (dead_letter["queue"], dead_letter["attributes"]["key"]) == ("failed images", lost.image.key)
    plates = newcomer.stack.client("s3").get_object(Bucket=newcomer.stack.bucket, Key="models/plates/1.safetensors")
    import_and_start(newcomer.linewatch.projects, PROJECT, plates["Body"].read())
    assert "sent again" in command(newcomer, "redrive", "--error", "no live model")
    found = until(lambda: with_verdict(newcomer, lost.image), "the verdict")
    assert (found.verdict, found.revision) == (Verdict.NORMAL, 1)
    assert not [each for each in listed(newcomer) if each["id"] == lost.image.inspection_id]
    settle(newcomer, [lost.image.inspection_id], LINE)
    say(accounted(newcomer, "failed and redriven", [lost.image.inspection_id], LINE))


def with_verdict(plant: Plant, image: Sent) -> Inspection | None:
    """The inspection if it is no longer failed, else None."""
    found = plant.find(image.inspection_id)
    return found if found and found.verdict is not Verdict.FAILED else None


def listed(plant: Plant) -> list[dict[str, Any]]:
    """The output of `dead-letters list`."""
    found: list[dict[str, Any]] = json.loads(command(plant, "list", "--json"))
    return found


def command(plant: Plant, *arguments: str) -> str:
    """What a command of `dead-letters` prints."""
    result = CliRunner().invoke(dead_letters, [*arguments, "--local", plant.stack.name], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def purge(plant: Plant, queue: str) -> None:
    """Delete all messages of a queue."""
    sqs = plant.stack.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=f"linewatch-{plant.stack.stage}-{queue}")["QueueUrl"])
