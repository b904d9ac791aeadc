"""What is logged and counted of a commit."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws.measurements import Measure
from chalicelib.aws.observability import log_event
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.ports import Commit


def log_commit(commit: Commit, measure: Measure) -> None:
    """Log a verdict, and measure it if it is new. The key begins with project, line and camera."""
    inspection = commit.inspection
    log_event(
        "image inspected" if commit.stored else "image had its verdict already",
        correlation_id=inspection.correlation_id,
        key=inspection.key,
        verdict=inspection.verdict,
        **_reason_of(inspection),
    )
    if commit.stored:
        measure(inspection.project, inspection.line, metrics_of(inspection))


def _reason_of(inspection: Inspection) -> Mapping[str, Any]:
    return {} if inspection.reason is None else {"reason": inspection.reason}


def metrics_of(inspection: Inspection) -> dict[str, float]:
    """The metrics of one new inspection; times in ms."""
    latency = (inspection.inspected_at - inspection.uploaded_at).total_seconds() * 1000
    return {
        "ProcessedImageCount": int(inspection.verdict in (Verdict.NORMAL, Verdict.ANOMALOUS)),
        "DetectedAnomalyCount": int(inspection.verdict is Verdict.ANOMALOUS),
        "UnfamiliarImageCount": int(inspection.verdict is Verdict.UNFAMILIAR),
        "InvalidImageCount": int(inspection.verdict is Verdict.REJECTED),
        "FailedImageCount": int(inspection.verdict is Verdict.FAILED),
        "InspectionLatency": latency,
        "QueueDelay": inspection.queue_ms or 0.0,
    }
