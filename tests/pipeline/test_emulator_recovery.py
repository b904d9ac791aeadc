"""Dead letters of the deployed app are committed with their error, listed, sent again and replaced by a verdict."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.aws.s3_notification import notification_of
from linewatch.stack.local import LocalStack
from tests.support.builders import an_upload

pytestmark = pytest.mark.emulator


def linewatch(stack: LocalStack, *arguments: str) -> str:
    """What the command prints; CalledProcessError when it fails."""
    command = [sys.executable, "-m", "linewatch", *arguments, "--local", stack.name]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def queue_of(stack: LocalStack, message: str) -> str | None:
    """The queue of the dead letter with this body; at first it may be `inspection-dlq` for a moment."""
    dead_letter = dead_letters_in(stack).get(message)
    return None if dead_letter is None else str(dead_letter["queue"])


def dead_letters_in(stack: LocalStack) -> dict[str, dict[str, Any]]:
    """Every dead letter by its message."""
    return {
        dead_letter["message"]: dead_letter
        for dead_letter in json.loads(linewatch(stack, "dead-letters", "list", "--json"))
    }


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(1)
    return holds()


def send(stack: LocalStack, queue: str, body: str) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"linewatch-{stack.stage}-{queue}")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body)


def test_a_dead_letter_is_committed_as_failed_and_a_redrive_gives_it_a_verdict(stack: LocalStack) -> None:
    today = datetime.now(UTC).date()
    gone = an_upload(f"images/recovery/line-1/cam-1/{today}/gone", bucket=stack.bucket, uploaded_at=datetime.now(UTC))
    body = notification_of(gone)
    send(stack, "inspection-dlq", body)
    assert eventually(lambda: queue_of(stack, body) == "failed images")
    dead_letter = dead_letters_in(stack)[body]
    assert (dead_letter["id"], dead_letter["error"]) == (gone.inspection_id, "worker died or timed out")
    linewatch(stack, "dead-letters", "redrive", gone.inspection_id)
    assert eventually(lambda: queue_of(stack, body) is None)
    item = stack.client("dynamodb").get_item(
        TableName=f"linewatch-{stack.stage}-inspections",
        Key={"inspection_id": {"S": gone.inspection_id}, "run": {"S": "live"}},
    )["Item"]
    assert (item["verdict"]["S"], item["reason"]["S"]) == ("rejected", "object is gone")


def test_a_dead_letter_that_cannot_be_read_goes_to_the_unreadable_queue_and_is_listed(stack: LocalStack) -> None:
    send(stack, "inspection-dlq", "no notification")
    assert eventually(lambda: queue_of(stack, "no notification") == "unreadable-dlq")
    assert dead_letters_in(stack)["no notification"]["error"].startswith("JSONDecodeError")
    sqs = stack.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=f"linewatch-{stack.stage}-unreadable-dlq")["QueueUrl"])
    assert queue_of(stack, "no notification") is None
