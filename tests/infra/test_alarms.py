"""A failure that leaves no dead letter raises an alarm too."""

import pytest

from tests.support.resources import Properties, Resources


def alarms_on(resources: Resources, metric: str) -> dict[str, Properties]:
    """The alarms on a metric, by the function or queue that they watch."""
    alarms = resources.of_type("CloudWatch::Alarm").values()
    return {alarm["Dimensions"][0]["Value"]["Fn::Sub"]: alarm for alarm in alarms if alarm["MetricName"] == metric}


def test_a_schedule_that_fails_raises_an_alarm(resources: Resources) -> None:
    scheduled = {function["FunctionName"]["Fn::Sub"] for _, function, _ in resources.events("Schedule")}
    assert scheduled <= set(alarms_on(resources, "Errors"))


def test_a_relay_that_stops_raises_an_alarm_within_15_minutes(resources: Resources) -> None:
    [(_, relay, _)] = resources.events("DynamoDB")
    alarm = alarms_on(resources, "IteratorAge")[relay["FunctionName"]["Fn::Sub"]]
    assert alarm["Threshold"] + 1000 * alarm["Period"] * alarm["EvaluationPeriods"] <= 15 * 60 * 1000


def test_images_that_wait_raise_an_alarm_within_10_minutes(resources: Resources) -> None:
    queue = resources.of_type("SQS::Queue")["InspectionQueue"]["QueueName"]["Fn::Sub"]
    assert alarms_on(resources, "ApproximateAgeOfOldestMessage")[queue]["Threshold"] <= 600


def test_alerts_that_cannot_be_sent_raise_an_alarm_within_15_minutes(resources: Resources) -> None:
    alarm = alarms_on(resources, "Errors")["linewatch-${Stage}-raise_alerts"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 15 * 60


@pytest.mark.parametrize("metric", ["Errors", "IteratorAge"])
def test_every_alarm_of_a_function_names_an_existing_function(resources: Resources, metric: str) -> None:
    names = {function["FunctionName"]["Fn::Sub"] for function in resources.functions().values()}
    assert set(alarms_on(resources, metric)) <= names


def test_every_alarm_notifies_the_operators(resources: Resources) -> None:
    for name, alarm in resources.of_type("CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "OperationsTopic"}], name
