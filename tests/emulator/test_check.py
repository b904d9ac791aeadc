"""`linewatch check` on the deployed stack, when all is well and when something is wrong."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.access.domain import AccessKey
from chalicelib.core.image import CHECK_PROJECT
from linewatch.commands.check import check
from linewatch.operate.alert_feed import follow
from linewatch.stack.local import LocalStack

pytestmark = pytest.mark.emulator

PEOPLE = {"subscribers"}
"""Nobody subscribes to the topics of a test."""


def checked(stack: LocalStack) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the outcomes by check."""
    result = CliRunner().invoke(check, ["--json", "--wait", "60", "--local", stack.name], catch_exceptions=False)
    return result.exit_code, {each["check"]: each for each in json.loads(result.stdout)}


def test_a_stage_that_works_passes_again_and_again_and_alerts_nobody(stack: LocalStack) -> None:
    linewatch = stack.linewatch()
    with follow(stack) as arrived:
        for _ in range(2):
            exit_code, outcomes = checked(stack)
            assert {name for name, each in outcomes.items() if each["status"] not in {"ok", "skipped"}} <= PEOPLE, (
                outcomes
            )
            assert exit_code == 0
        assert outcomes["verdicts"]["details"].startswith("2 of 2 right")
        assert outcomes["lake"]["details"] == "2 rows"
        assert [alert for alert in arrived(3) if CHECK_PROJECT in alert.body] == []
    keys = [key for key in linewatch.access.keys.all() if isinstance(key, AccessKey)]
    of_checks = [key for key in keys if key.grant.project == CHECK_PROJECT]
    assert len(of_checks) == 2
    assert all(key.revoked_at for key in of_checks)
    models = stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=f"models/{CHECK_PROJECT}/")
    assert models["KeyCount"] == 1, "the second check uses the first one's model"


def test_a_dead_letter_and_a_ringing_alarm_are_found(stack: LocalStack) -> None:
    sqs, cloudwatch = stack.client("sqs"), stack.client("cloudwatch")
    url = sqs.get_queue_url(QueueName=f"linewatch-{stack.stage}-results-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="lost")
    [name] = [
        alarm["AlarmName"]
        for alarm in cloudwatch.describe_alarms()["MetricAlarms"]
        if "ResultsDeadLettersAlarm" in alarm["AlarmName"]
    ]
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    try:
        exit_code, outcomes = checked(stack)
    finally:
        sqs.purge_queue(QueueUrl=url)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")
    assert exit_code == 1
    assert outcomes["dead letters"]["status"] == "failed"
    assert "results-dlq: 1" in outcomes["dead letters"]["details"]
    assert outcomes["alarms"]["status"] == "warning"
    assert "linewatch dead-letters list --stage test" in outcomes["alarms"]["advice"]


def test_a_project_without_a_model_that_works_gets_one_again(stack: LocalStack) -> None:
    stack.client("dynamodb").delete_item(
        TableName=f"linewatch-{stack.stage}-projects", Key={"project": {"S": CHECK_PROJECT}}
    )
    exit_code, outcomes = checked(stack)
    assert exit_code == 0, outcomes
