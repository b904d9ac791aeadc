"""The bus passes to the alerts' queue all that may alert, and little else."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.events.models import EventPattern

from chalicelib.alerts.rules import Policy, StageAlerts
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection, Verdict, confidence_of
from linewatch.stack.derived import derived
from tests.pipeline.account import infra
from tests.support.builders import an_inspection

RULE = infra()["Resources"]["AlertsRule"]["Properties"]["EventPattern"]
THRESHOLDS = st.sampled_from(["0", "0.2", "1", "0.2,plates/line-1=0.35", "0.35,plates/line-1=0.2", "0.1234561"])


def reaches_the_queue(inspection: Inspection, confidence: str) -> bool:
    event = event_of(inspection)
    pattern = json.loads(json.dumps(RULE).replace('{"Ref": "LargestAlertConfidence"}', largest(confidence)))
    sent = {"source": "linewatch", "detail-type": event.event_type, "detail": event.model_dump(mode="json")}
    matches: Any = EventPattern(None, pattern).matches_event
    return bool(matches(sent))


def largest(confidence: str) -> str:
    return json.dumps(derived({"AlertConfidence": confidence})["LargestAlertConfidence"])


def an_outcome(verdict: Verdict, p: float, line: str = "line-1") -> Inspection:
    judged = verdict in (Verdict.NORMAL, Verdict.ANOMALOUS)
    return replace(an_inspection(line=line), verdict=verdict, confidence=confidence_of(p) if judged else None)


@given(st.sampled_from(list(Verdict)), st.floats(0, 1), st.sampled_from(["line-1", "line-2"]), THRESHOLDS)
def test_whatever_alerts_reaches_the_queue(verdict: Verdict, p: float, line: str, confidence: str) -> None:
    inspection = an_outcome(verdict, p, line)
    stage = StageAlerts(Policy.parse(confidence), timedelta(minutes=5), 1)
    if stage.of(inspection.project).rule_of(line).kind_of(inspection) is not None:
        assert reaches_the_queue(inspection, confidence)


@pytest.mark.parametrize(("p", "reaches"), [(0.0, False), (0.3, False), (0.35, True), (0.41, True), (0.5, True)])
def test_a_normal_verdict_reaches_the_queue_up_to_the_largest_threshold_of_any_line(p: float, reaches: bool) -> None:
    assert reaches_the_queue(an_outcome(Verdict.NORMAL, p), "0.2,plates/line-7=0.35") is reaches


@given(st.floats(0, 1))
def test_a_confidence_has_no_more_decimals_than_a_rule_of_the_bus_compares(p: float) -> None:
    assert confidence_of(p) == round(confidence_of(p), 6)


def test_without_a_deployments_value_every_verdict_reaches_the_queue() -> None:
    parameter = infra()["Parameters"]["LargestAlertConfidence"]
    assert parameter["Default"] == parameter["MaxValue"] == 1


@pytest.mark.parametrize(
    ("given_text", "largest_threshold"), [("0.2", 0.2), ("0.2,a/b=0.35", 0.35), ("0.1234561", 0.123457)]
)
def test_a_deployment_writes_the_largest_threshold_rounded_up(given_text: str, largest_threshold: float) -> None:
    assert derived({"AlertConfidence": given_text}) == {"LargestAlertConfidence": largest_threshold}
