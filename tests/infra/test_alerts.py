"""What alerts need from the template, and that the deployed functions have the necessary permissions."""

import json
import re
import time

import pytest

from chalicelib.alerts.domain import HOLD
from chalicelib.alerts.rules import Policy
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from linewatch.operate.alert_feed import Arrived, follow
from linewatch.stack.local import LocalStack
from tests.support.builders import an_inspection
from tests.support.resources import Resources

TICK = {
    "version": "0",
    "id": "tick",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-03-14T12:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}
"""The event that a schedule sends to its function."""


@pytest.mark.parametrize("function", ["RaiseAlerts", "SendDigests"])
def test_no_worker_runs_longer_than_its_hold(resources: Resources, function: str) -> None:
    assert resources.functions()[function]["Timeout"] < HOLD.total_seconds()


@pytest.mark.parametrize("event", ["ImageInspected", "ImageUnfamiliar", "ImageRejected", "InspectionFailed"])
def test_every_event_that_may_alert_reaches_the_queue(resources: Resources, event: str) -> None:
    assert event in resources.of_type("Events::Rule")["AlertsRule"]["EventPattern"]["detail-type"]


def test_the_default_threshold_is_valid(resources: Resources) -> None:
    assert Policy.parse(resources.template["Parameters"]["AlertConfidence"]["Default"]) == Policy()


@pytest.mark.parametrize("text", ["0", "1", "1.00", "0.20,plates/line-7=0.35", "0.2,a/b=0,c/d=1"])
def test_a_valid_threshold_can_be_deployed(resources: Resources, text: str) -> None:
    assert Policy.parse(text)
    assert re.fullmatch(resources.template["Parameters"]["AlertConfidence"]["AllowedPattern"], text)


@pytest.mark.parametrize("text", ["1.5", "0.2,plates/line-7=1.01", "0.2,plates=0.3", "20 %", ""])
def test_an_invalid_threshold_is_refused_at_deployment(resources: Resources, text: str) -> None:
    assert not re.fullmatch(resources.template["Parameters"]["AlertConfidence"]["AllowedPattern"], text)


def publish(stack: LocalStack, *events: AnyInspectionEvent) -> None:
    entries = [
        {
            "EventBusName": f"linewatch-{stack.stage}",
            "Source": "linewatch",
            "DetailType": event.event_type,
            "Detail": event.model_dump_json(),
        }
        for event in events
    ]
    assert stack.client("events").put_events(Entries=entries)["FailedEntryCount"] == 0


def subjects_until_digest(arrived: Arrived, stack: LocalStack) -> list[str]:
    """The subjects up to the first digest, while digests are sent each second instead of each minute."""
    subjects: list[str] = []
    until = time.monotonic() + 60
    while time.monotonic() < until:
        subjects += [alert.subject for alert in arrived(1)]
        if any(subject.startswith("Alert Digest") for subject in subjects):
            return subjects
        stack.client("lambda").invoke(FunctionName=f"linewatch-{stack.stage}-send_digests", Payload=json.dumps(TICK))
    raise AssertionError(f"no digest arrived, only {subjects}")


@pytest.mark.emulator
def test_the_deployed_functions_alert_at_once_and_then_send_a_digest(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = stack
    for name, value in target.environment.items():
        monkeypatch.setenv(name, value)
    line = f"line-{time.time_ns()}"
    events = [event_of(an_inspection(name, verdict=Verdict.FAILED, line=line)) for name in "abc"]
    with follow(target) as arrived:
        publish(stack, *events)
        subjects = subjects_until_digest(arrived, stack)
    assert subjects[0].startswith("Failed Inspection Alert - AssemblyLine: line-")
