"""Every dead-letter queue has an alarm and can be listed."""

from typing import Any

import pytest

from chalicelib.recovery.redrive import dead_letters_in
from tests.pipeline.account import infra
from tests.support.recovery import DEAD_LETTER_QUEUES, deployed

RESOURCES: dict[str, Any] = infra()["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: made["Properties"] for name, made in RESOURCES.items() if made.get("Type") == kind}


def dead_letter_queues() -> set[str]:
    names = {properties["QueueName"]["Fn::Sub"] for properties in of_type("AWS::SQS::Queue").values()}
    return {name for name in names if name.endswith("-dlq")}


def test_every_dead_letter_queue_has_an_alarm_with_an_action() -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::Sub"]
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible" and alarm["AlarmActions"]
    }
    assert dead_letter_queues() <= watched


def test_every_dead_letter_queue_can_be_listed_and_redriven() -> None:
    known = {f"linewatch-${{Stage}}-{name}-dlq" for name in DEAD_LETTER_QUEUES}
    assert dead_letter_queues() <= known
    with deployed() as deployment:
        for name in DEAD_LETTER_QUEUES:
            deployment.send(f"{name}-dlq", name)
        routes = deployment.linewatch.recovery.redrive_routes()
        found = {dead_letter.queue for dead_letter in dead_letters_in(routes)}
    assert found == {f"{name}-dlq" for name in DEAD_LETTER_QUEUES}


def test_a_dead_letter_is_kept_for_the_longest_possible_time() -> None:
    queues = of_type("AWS::SQS::Queue").values()
    kept = {q["MessageRetentionPeriod"] for q in queues if q["QueueName"]["Fn::Sub"].endswith("-dlq")}
    assert kept == {14 * 86400}


def test_sqs_does_not_move_the_dead_letters_of_the_inspection_queue() -> None:
    """A dead letter keeps its receive count: a limit here would move it before it was processed."""
    assert "RedrivePolicy" not in RESOURCES["InspectionDeadLetters"]["Properties"]


def test_a_dead_letter_stays_hidden_while_it_is_processed() -> None:
    hidden = RESOURCES["InspectionDeadLetters"]["Properties"]["VisibilityTimeout"]
    assert hidden >= 6 * RESOURCES["NoteLostImages"]["Properties"]["Timeout"]


def test_a_night_without_a_comparison_raises_an_alarm() -> None:
    """The period is at most an hour: an alarm over days looks back over several and would find an older value."""
    alarm = RESOURCES["UncomparedAlarm"]["Properties"]
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("SampleCount", "breaching")
    assert alarm["Period"] <= 3600
    assert 24 * 3600 < alarm["Period"] * alarm["EvaluationPeriods"] < 30 * 3600


def test_missing_data_does_not_end_an_alarm_of_dead_letters() -> None:
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible":
            assert alarm["TreatMissingData"] == "ignore", name


@pytest.mark.parametrize("name", ["failed", "by_line_day"])
def test_the_template_has_the_indexes_that_the_app_uses(name: str) -> None:
    indexes = RESOURCES["Inspections"]["Properties"]["GlobalSecondaryIndexes"]
    assert name in [index["IndexName"] for index in indexes]
