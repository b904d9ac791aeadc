"""Which inspections alert, and what a window counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.alerts.domain import MOST_EXAMPLES, Alert, Kind, Span, Window
from chalicelib.alerts.rules import AlertRule, Policy, StageAlerts
from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import Verdict, confidence_of
from tests.support.builders import NOON, an_inspection

FIVE_MINUTES = timedelta(minutes=5)
SPAN = Span("plates", "line-1", NOON, FIVE_MINUTES)


@pytest.mark.parametrize(
    ("verdict", "confidence", "kind"),
    [
        (Verdict.NORMAL, 0.75, None),
        (Verdict.NORMAL, 0.19, Kind.UNSURE_NORMAL),
        (Verdict.ANOMALOUS, 0.75, Kind.DEFECT),
        (Verdict.ANOMALOUS, 0.19, Kind.UNSURE_DEFECT),
        (Verdict.UNFAMILIAR, None, Kind.UNFAMILIAR),
        (Verdict.REJECTED, None, Kind.REJECTED),
        (Verdict.FAILED, None, Kind.FAILED),
    ],
)
def test_defects_uncertain_verdicts_and_parts_that_were_not_inspected_alert(
    verdict: Verdict, confidence: float | None, kind: Kind | None
) -> None:
    assert AlertRule().kind_of(an_inspection(verdict=verdict, confidence=confidence)) is kind


def test_a_confidence_at_the_threshold_is_enough() -> None:
    assert AlertRule().kind_of(an_inspection(confidence=confidence_of(0.6))) is None
    assert AlertRule().kind_of(an_inspection(confidence=confidence_of(0.599))) is Kind.UNSURE_NORMAL


def test_a_line_may_have_a_threshold_of_its_own() -> None:
    policy = Policy.parse("0.2,plates/line-1=0.8, plates/line-3=0,bolts/line-2=0.9")
    rules = StageAlerts(policy, FIVE_MINUTES, largest=1).of("plates")
    assert rules.rule_of("line-1").kind_of(an_inspection()) is Kind.UNSURE_NORMAL
    assert rules.rule_of("line-2").kind_of(an_inspection(line="line-2")) is None
    assert rules.rule_of("line-3").kind_of(an_inspection(line="line-3", confidence=0.0)) is None


def test_a_line_may_be_silent_about_parts_that_nobody_checked_and_about_nothing_else() -> None:
    rule = AlertRule(silent=frozenset({Verdict.REJECTED, Verdict.UNFAMILIAR}))
    for verdict in (Verdict.REJECTED, Verdict.UNFAMILIAR):
        assert rule.kind_of(an_inspection(verdict=verdict, confidence=None)) is None
    assert rule.kind_of(an_inspection(verdict=Verdict.FAILED, confidence=None)) is Kind.FAILED
    assert rule.kind_of(an_inspection(verdict=Verdict.ANOMALOUS)) is Kind.DEFECT


@pytest.mark.parametrize("text", ["", "high", "0.2;a/b=0.3", "0.2,a/b", "0.2,a/b=c=0.3", "0.2,a/b=high"])
def test_a_malformed_threshold_is_refused_with_the_expected_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"not of the form 0\.20,<project>/<line>=0\.35"):
        Policy.parse(text)


@pytest.mark.parametrize("text", ["1.1", "-0.1", "nan", "0.2,a/b=20"])
def test_a_threshold_outside_0_to_1_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not from 0 to 1"):
        Policy.parse(text)


def test_only_the_live_run_alerts_and_a_review_never() -> None:
    assert AlertRule().kind_of(an_inspection(verdict=Verdict.ANOMALOUS, run="shadow#2")) is None
    assert AlertRule().kind_of(an_inspection(verdict=Verdict.ANOMALOUS, reviewed_at=NOON)) is None


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_known_images_of_a_check_alert_nobody(verdict: Verdict) -> None:
    assert AlertRule().kind_of(an_inspection(verdict=verdict, project=CHECK_PROJECT)) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(1, 86400))  # noqa: DTZ001 - the strategy adds the zone
def test_every_moment_is_in_one_span_and_spans_follow_without_a_gap(now: datetime, seconds: int) -> None:
    span = Span.around(now, an_inspection(), timedelta(seconds=seconds))
    assert span.opens_at <= now < span.closes_at
    assert Span.around(span.closes_at, an_inspection(), span.length) == span.following
    assert Span.around(span.opens_at, an_inspection(), span.length) == span


def test_each_line_and_each_verdict_has_spans_of_its_own() -> None:
    inspections = [an_inspection(verdict=verdict, line=line) for verdict in Verdict for line in ("line-1", "line-2")]
    assert len({Span.around(NOON, each, FIVE_MINUTES).name for each in inspections}) == len(inspections)


def test_a_window_counts_by_kind_and_knows_the_extremes() -> None:
    window = Window(span=SPAN, opened_by="a0")
    inspections = [
        an_inspection("a", captured_at=NOON + timedelta(seconds=9), confidence=0.9),
        an_inspection("b", captured_at=NOON, confidence=None, verdict=Verdict.FAILED, camera="cam-2"),
        an_inspection("c", captured_at=NOON + timedelta(seconds=5), confidence=0.1),
    ]
    for kind, inspection in zip([Kind.DEFECT, Kind.FAILED, Kind.DEFECT], inspections, strict=True):
        window = window.counting(Alert(inspection.image_id, kind, inspection))
    assert (window.count, window.counts) == (3, {Kind.DEFECT: 2, Kind.FAILED: 1})
    assert (window.first_captured_at, window.last_captured_at) == (NOON, NOON + timedelta(seconds=9))
    assert window.lowest_confidence == 0.1
    assert window.cameras == ("cam-1", "cam-2")
    assert window.examples == tuple(inspection.inspection_id for inspection in inspections)


def test_a_window_stays_small_however_much_it_counts() -> None:
    window = Window(span=SPAN, opened_by="a0")
    for number in range(150):
        window = window.counting(Alert(f"a{number}", Kind.DEFECT, an_inspection(camera=f"cam-{number}")))
    assert (window.count, len(window.examples), len(window.cameras)) == (150, MOST_EXAMPLES, 100)
