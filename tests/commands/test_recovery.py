"""`dead-letters` and `audit`, as an operator runs them against a deployment (moto)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from chalicelib.aws.s3_notification import notification_of
from chalicelib.core.inspection import Verdict
from linewatch.__main__ import main
from tests.support.builders import an_inspection, an_upload
from tests.support.recovery import DEAD_LETTER_QUEUES, Deployment, deployed


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with deployed() as running:
        yield running


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--stage", "test"])


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("dead-letters", "list", "--json").stdout)
    return found


def a_failed_image(deployment: Deployment, error: str = "NoModel: train one") -> str:
    """Store a failed inspection; returns its id."""
    failed = an_inspection(
        verdict=Verdict.FAILED, revision=0, reason=error, original_message=notification_of(an_upload())
    )
    deployment.linewatch.inspections.table.commit(failed)
    return failed.inspection_id


def test_dead_letters_of_every_queue_are_listed_and_stay_there(deployment: Deployment) -> None:
    inspection_id = a_failed_image(deployment)
    for name in DEAD_LETTER_QUEUES:
        deployment.send(f"{name}-dlq", name, cause="why not")
    for _ in range(2):
        found = listed()
        queues = {dead_letter["queue"] for dead_letter in found}
        assert queues == {"failed images", *(f"{name}-dlq" for name in DEAD_LETTER_QUEUES)}
    [failed] = [dead_letter for dead_letter in found if dead_letter["queue"] == "failed images"]
    assert (failed["id"], failed["error"]) == (inspection_id, "NoModel: train one")
    assert failed["since"] == "2026-03-14T12:00:01+00:00"


def test_the_list_has_the_error_and_the_image_of_each_dead_letter(deployment: Deployment) -> None:
    inspection_id = a_failed_image(deployment)
    listing = run("dead-letters", "list")
    assert listing.stdout.splitlines() == [
        f"{inspection_id}  failed images  2026-03-14 12:00:01",
        "    NoModel: train one",
        f"    {an_upload().key}",
    ]
    assert "1 dead letters" in listing.stderr


def test_one_dead_letter_is_shown_whole(deployment: Deployment) -> None:
    shown = json.loads(run("dead-letters", "show", a_failed_image(deployment)).stdout)
    assert shown["message"] == json.loads(notification_of(an_upload()))


def test_an_unknown_dead_letter_is_an_error(deployment: Deployment) -> None:
    shown = run("dead-letters", "show", "nothing")
    assert shown.exit_code == 1
    assert "no dead letter nothing" in shown.output
    redriven = run("dead-letters", "redrive", "nothing")
    assert redriven.exit_code == 1
    assert "is not a dead letter" in redriven.output


def test_a_failed_image_is_sent_again_as_its_original_message(deployment: Deployment) -> None:
    assert run("dead-letters", "redrive", a_failed_image(deployment)).exit_code == 0
    assert deployment.bodies("uploads") == [notification_of(an_upload())]


def test_dead_letters_are_redriven_by_error(deployment: Deployment) -> None:
    a_failed_image(deployment, "OSError: the disk is full")
    deployment.send("results-dlq", "r", cause="the disk is full")
    deployment.send("alerts-dlq", "a", cause="SNS is down")
    assert run("dead-letters", "redrive", "--error", "disk").exit_code == 0
    assert deployment.bodies("uploads") == [notification_of(an_upload())]
    assert deployment.bodies("results") == ["r"]
    assert deployment.bodies("alerts") == []
    assert [dead_letter["queue"] for dead_letter in listed()] == ["failed images", "alerts-dlq"]


def test_all_dead_letters_go_back_to_their_own_queues(deployment: Deployment) -> None:
    arn = "arn:aws:sqs:eu-west-1:123456789012:linewatch-test-alerts"
    deployment.send("results-dlq", "r")
    deployment.send("unreadable-dlq", "u")
    deployment.send("events-dlq", "e", TARGET_ARN=arn)
    assert run("dead-letters", "redrive", "--all").exit_code == 0
    assert [deployment.bodies(queue) for queue in ("results", "uploads", "alerts")] == [["r"], ["u"], ["e"]]
    assert listed() == []


def test_a_dead_letter_that_cannot_be_sent_stays_and_is_an_error(deployment: Deployment) -> None:
    deployment.send("relay-dlq", "{}")
    redriven = run("dead-letters", "redrive", "--all")
    assert redriven.exit_code == 1
    assert "not sent: NotSent: it still cannot be translated: KeyError" in redriven.stdout
    assert [dead_letter["queue"] for dead_letter in listed()] == ["relay-dlq"]


@pytest.mark.parametrize("choice", [[], ["--all", "m1"], ["--all", "--error", "x"]])
def test_a_redrive_needs_exactly_one_choice(deployment: Deployment, choice: list[str]) -> None:
    redriven = run("dead-letters", "redrive", *choice)
    assert redriven.exit_code == 2
    assert "choose dead letters in one way" in redriven.output


@pytest.fixture
def missed(deployment: Deployment) -> Iterator[str]:
    """The key of an image of today whose notification was lost two hours ago."""
    later = datetime.now(UTC) + timedelta(hours=2)
    key = f"images/plates/line-1/cam-1/{later.date()}/a"
    deployment.upload(key)
    deployment.bodies("uploads")
    with time_machine.travel(later):
        yield key


def test_an_audit_lists_missing_images_and_exits_with_1(deployment: Deployment, missed: str) -> None:
    audited = run("audit")
    assert audited.exit_code == 1
    assert missed in audited.stdout
    assert "1  missing (nothing was sent again: use --repair)" in audited.stdout
    assert deployment.bodies("uploads") == []


def test_an_audit_repairs_when_it_is_asked_to(deployment: Deployment, missed: str) -> None:
    shown = json.loads(run("audit", "--repair", "--json").stdout)
    assert [each["where"] for each in shown["missing"]] == [missed]
    assert len(deployment.bodies("uploads")) == 1


def test_an_audit_of_other_days_does_not_compare_today(deployment: Deployment, missed: str) -> None:
    audited = run("audit", "--until", "2026-01-31", "--since", "2026-01-01")
    assert audited.exit_code == 0
    assert "bucket, table and lake agree" in audited.stdout


def test_an_audit_of_days_that_end_before_they_begin_is_refused(deployment: Deployment) -> None:
    audited = run("audit", "--since", "2026-02-01", "--until", "2026-01-01")
    assert audited.exit_code == 2
    assert "--since 2026-02-01 is after 2026-01-01" in audited.output
