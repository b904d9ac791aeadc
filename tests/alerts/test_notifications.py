"""The texts of alerts and digests, and that SNS accepts them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.alerts.domain import Alert, Kind, Span, Window
from chalicelib.alerts.notifications import Notification, alert_notification, digest_notification
from chalicelib.core.image import ID_PATTERN
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from tests.support.builders import NOON, an_inspection

API = "https://api.example.com/v1/"
SPAN = Span("plates", "line-1", NOON, timedelta(minutes=5))
ids = st.from_regex(ID_PATTERN, fullmatch=True)


def a_notification(kind: Kind = Kind.DEFECT, **changes: object) -> Notification:
    return alert_notification(Alert("e1", kind, an_inspection(**changes)), API)  # type: ignore[arg-type]


def a_digest(*inspections: Inspection) -> Notification:
    window = Window(span=SPAN, opened_by="e1")
    for number, inspection in enumerate(inspections):
        window = window.counting(Alert(f"e{number}", Kind(inspection.verdict), inspection))
    return digest_notification(window, API)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (Kind.DEFECT, "Defect Detection Alert - AssemblyLine: line-1 Camera: cam-1"),
        (Kind.UNSURE_DEFECT, "LOW Confidence - Defect Detection Alert - AssemblyLine: line-1 Camera: cam-1"),
        (Kind.UNSURE_NORMAL, "Low Confidence Alert for Non-anomalous image - AssemblyLine: line-1 Camera: cam-1"),
        (Kind.UNFAMILIAR, "Unfamiliar Image Alert - AssemblyLine: line-1 Camera: cam-1"),
        (Kind.REJECTED, "Rejected Image Alert - AssemblyLine: line-1 Camera: cam-1"),
        (Kind.FAILED, "Failed Inspection Alert - AssemblyLine: line-1 Camera: cam-1"),
    ],
)
def test_the_subject_names_the_kind_the_line_and_the_camera(kind: Kind, subject: str) -> None:
    assert a_notification(kind).subject == subject


def test_the_body_has_what_a_person_needs_to_act() -> None:
    inspection = an_inspection(verdict=Verdict.ANOMALOUS)
    assert a_notification(verdict=Verdict.ANOMALOUS).body == (
        "The image shows an anomaly.\n\n"
        "Image: a\nProject: plates\nLine: line-1\nCamera: cam-1\nCaptured: 2026-03-14 12:00:00 UTC\n"
        "Verdict: anomalous\nConfidence: 0.750\n"
        f"Inspection: https://api.example.com/v1/page#/plates/inspections/{inspection.inspection_id}\nAlert: e1\n"
    )


def test_the_body_says_where_the_worst_spot_is() -> None:
    body = a_notification(verdict=Verdict.ANOMALOUS, boxes=(Box(2, 3, 18, 15),), area_fraction=0.031).body
    assert "Confidence: 0.750\nWorst spot: upper left, 2,3-18,15 px, 3 % of the image\nInspection: " in body


def test_the_alert_of_an_unfamiliar_image_is_about_the_camera_and_not_about_a_defect() -> None:
    reason = "unlike anything in training: nearly all of it deviates"
    alert = a_notification(Kind.UNFAMILIAR, verdict=Verdict.UNFAMILIAR, confidence=None, reason=reason)
    assert alert.body.startswith(
        "Camera cam-1 sends images unlike any that the model was trained on, so the part has not been checked. "
        "This is no defect: check camera, light and product.\n\n"
    )
    assert f"Verdict: unfamiliar\nReason: {reason}\n" in alert.body
    assert alert.attributes["verdict"] == "unfamiliar"


def test_the_alert_of_a_failed_inspection_has_its_reason_and_no_confidence() -> None:
    failed = a_notification(Kind.FAILED, verdict=Verdict.FAILED, confidence=None, reason="timed out" + "!" * 300_000)
    assert "Reason: timed out!" in failed.body
    assert len(failed.body.encode()) < 256 * 1024
    assert "Confidence" not in failed.body
    assert "confidence" not in failed.attributes


def test_subscriptions_can_filter_by_project_line_camera_verdict_and_confidence() -> None:
    assert a_notification(verdict=Verdict.ANOMALOUS).attributes == {
        "alert_id": "e1",
        "project": "plates",
        "line": "line-1",
        "camera": "cam-1",
        "verdict": "anomalous",
        "confidence": 0.75,
    }


@given(ids, ids, st.sampled_from(Kind))
def test_sns_accepts_every_subject(line: str, camera: str, kind: Kind) -> None:
    subject = a_notification(kind, line=line, camera=camera).subject
    assert len(subject) < 100
    assert subject.isascii()
    assert subject.isprintable()


def test_long_ids_are_cut_in_the_subject_and_complete_in_the_body() -> None:
    notification = a_notification(Kind.UNSURE_NORMAL, line="l" * 64, camera="c" * 64)
    assert notification.subject.endswith("AssemblyLine: lllllllllll... Camera: ccccccccccc...")
    assert f"Line: {'l' * 64}\nCamera: {'c' * 64}" in notification.body


def test_a_digest_summarizes_what_its_window_counted() -> None:
    worst = an_inspection("b", verdict=Verdict.ANOMALOUS, confidence=0.25, captured_at=NOON + timedelta(seconds=70))
    first = an_inspection("a", verdict=Verdict.ANOMALOUS, camera="cam-2")
    failed = an_inspection("c", verdict=Verdict.FAILED, confidence=None)
    digest = a_digest(worst, first, failed)
    links = "\n".join(
        f"https://api.example.com/v1/page#/plates/inspections/{i.inspection_id}" for i in (worst, first, failed)
    )
    assert digest.subject == "Alert Digest (3 more) - AssemblyLine: line-1"
    assert digest.body == (
        "Alerts after the first one from 2026-03-14 12:00:00 UTC to 2026-03-14 12:05:00 UTC: 3.\n\n"
        "Project: plates\nLine: line-1\nCameras: cam-1, cam-2\nAnomalous: 2\nFailed: 1\n"
        "First captured: 2026-03-14 12:00:00 UTC\nLast captured: 2026-03-14 12:01:10 UTC\nLowest confidence: 0.250\n"
        "The line in that time: https://api.example.com/v1/page#/plates/live/line-1"
        "?from=2026-03-14T12%3A00%3A00%2B00%3A00&to=2026-03-14T12%3A01%3A10%2B00%3A00\n"
        f"Alert: digest-e1\n\nInspections:\n{links}\n"
    )


def test_the_digest_of_a_verdict_names_it_and_links_to_its_inspections() -> None:
    unfamiliar = an_inspection("u", verdict=Verdict.UNFAMILIAR, confidence=None)
    window = Window(span=replace(SPAN, verdict=Verdict.UNFAMILIAR), opened_by="e1")
    digest = digest_notification(window.counting(Alert("e2", Kind.UNFAMILIAR, unfamiliar)), API)
    assert digest.subject == "Alert Digest (1 more unfamiliar) - AssemblyLine: line-1"
    assert "Unfamiliar: 1\n" in digest.body
    assert "/live/line-1?verdict=unfamiliar&from=" in digest.body


def test_a_filter_for_one_camera_or_verdict_of_a_digest_matches_it() -> None:
    digest = a_digest(
        an_inspection("a", verdict=Verdict.ANOMALOUS), an_inspection("b", verdict=Verdict.FAILED, camera="x")
    )
    assert digest.attributes["camera"] == ("cam-1", "x")
    assert digest.attributes["verdict"] == ("anomalous", "failed")
    assert digest.attributes["confidence"] == 0.75
