"""`dead-letters set-aside` and `audit --acknowledge`, as an operator runs them against a deployment (moto)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from click.testing import CliRunner, Result

from chalicelib.core.image import UploadedImage
from chalicelib.inspections.items import to_item
from linewatch.__main__ import main
from tests.support.builders import an_inspection, an_upload
from tests.support.recovery import Deployment, deployed

BUCKET = "linewatch-test-123456789012"


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with deployed() as running:
        yield running


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--stage", "test"])


def set_aside(deployment: Deployment) -> dict[str, Any]:
    """What was set aside, by key."""
    found = deployment.s3.list_objects_v2(Bucket=BUCKET, Prefix="set-aside/").get("Contents", [])
    bodies = {each["Key"]: deployment.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"] for each in found}
    return {key: json.loads(body.read()) for key, body in bodies.items()}


def test_a_dead_letter_that_nothing_can_process_is_kept_in_the_bucket(deployment: Deployment) -> None:
    deployment.send("unreadable-dlq", "nonsense", cause="no JSON")
    deployment.send("results-dlq", "r", cause="the disk is full")
    done = run("dead-letters", "set-aside", "--error", "no JSON")
    assert (done.exit_code, "1 set aside, 0 not set aside" in done.stderr) == (0, True)
    [(key, kept)] = set_aside(deployment).items()
    assert key.startswith("set-aside/unreadable-dlq/")
    assert (kept["body"], kept["error"]) == ("nonsense", "no JSON")
    left = json.loads(run("dead-letters", "list", "--json").stdout)
    assert [dead_letter["queue"] for dead_letter in left] == ["results-dlq"]


def test_an_inspection_that_cannot_be_read_is_set_aside_by_its_id(deployment: Deployment) -> None:
    item = to_item(an_inspection()) | {"verdict": {"S": "blue"}}
    inspection_id = an_inspection().inspection_id
    boto3.client("dynamodb").put_item(TableName="linewatch-test-inspections", Item=item)
    assert run("dead-letters", "set-aside", inspection_id).exit_code == 0
    assert deployment.find(inspection_id) is None
    [(key, kept)] = set_aside(deployment).items()
    assert key == f"set-aside/unreadable-items/{inspection_id}.json"
    assert json.loads(kept["body"]) == item


def test_a_dead_letter_that_is_unknown_is_an_error(deployment: Deployment) -> None:
    done = run("dead-letters", "set-aside", "nothing")
    assert done.exit_code == 1
    assert "nothing  is not a dead letter" in done.stderr


@pytest.mark.parametrize("choice", [[], ["m1", "--error", "x"]])
def test_setting_aside_needs_exactly_one_choice(deployment: Deployment, choice: list[str]) -> None:
    assert run("dead-letters", "set-aside", *choice).exit_code == 2


def test_a_dead_letter_that_was_too_long_for_its_queue_is_shown_and_sent_again_whole(deployment: Deployment) -> None:
    long = "x" * 220_000
    deployment.linewatch.platform.dead_letter_writer("unreadable-dlq").put(long, "no JSON")
    [listed] = json.loads(run("dead-letters", "list", "--json").stdout)
    assert len(listed["message"]) < 1000
    assert json.loads(run("dead-letters", "show", listed["id"]).stdout)["message"] == long
    assert run("dead-letters", "redrive", listed["id"]).exit_code == 0
    assert deployment.bodies("uploads") == [long]


@pytest.fixture
def missed(deployment: Deployment) -> Iterator[UploadedImage]:
    """An image of today whose notification was lost two hours ago."""
    later = datetime.now(UTC) + timedelta(hours=2)
    key = f"images/plates/line-1/cam-1/{later.date()}/a"
    etag = deployment.upload(key)
    with time_machine.travel(later):
        yield an_upload(key, etag=etag, bucket=BUCKET)


def test_an_acknowledged_gap_is_not_reported_again(deployment: Deployment, missed: UploadedImage) -> None:
    done = run("audit", "--acknowledge", missed.inspection_id, "--reason", "a test image")
    assert done.exit_code == 0
    assert f"acknowledged: no inspection of {missed.inspection_id}" in done.stderr
    [kept] = deployment.linewatch.recovery.acknowledgements.all()
    assert (kept.inspection_id, kept.reason) == (missed.inspection_id, "a test image")
    again = run("audit", "--json")
    assert again.exit_code == 0
    assert (json.loads(again.stdout)["missing"], json.loads(again.stdout)["acknowledged"]) == ([], 1)


@pytest.mark.parametrize("options", [["--acknowledge", "i1"], ["--reason", "x"], ["--acknowledge", "i1", "--reason="]])
def test_an_acknowledgement_needs_a_reason(deployment: Deployment, options: list[str]) -> None:
    done = run("audit", *options)
    assert done.exit_code == 2
    assert "go together" in done.output


def test_only_what_is_missing_can_be_acknowledged(deployment: Deployment, missed: UploadedImage) -> None:
    done = run("audit", "--acknowledge", "unknown", "--reason", "x")
    assert done.exit_code == 2
    assert "nothing is missing of unknown" in done.output
    assert list(deployment.linewatch.recovery.acknowledgements.all()) == []
