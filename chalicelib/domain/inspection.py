"""An inspection: what was seen on one image, and what was decided."""

import struct
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LIVE = "live"
"""The run that the production line acts on."""


class Verdict(StrEnum):
    """The fate of an image. `rejected` can never be inspected; `failed` ran out of attempts."""

    NORMAL = "normal"
    ANOMALOUS = "anomalous"
    REJECTED = "rejected"
    FAILED = "failed"


def confidence_of(anomaly_probability: float) -> float:
    """How sure the verdict is, from 0 (a coin toss) to 1 (sure): |2p - 1|, rounded to a float32 value."""
    rounded: float = struct.unpack("f", struct.pack("f", abs(2 * anomaly_probability - 1)))[0]
    return rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One run of one image. It is an item of the table, the body of an event and a row of the lake.

    `revision` is 0 while the verdict is `failed`, 1 once it is inspected or rejected, and grows with each review,
    so that of two copies the higher one is the newer. Times are UTC. `anomaly_probability` and `confidence` are
    0 to 1; `anomaly_score` is the detector's own scale. `queue_ms` passed from the upload until the image was taken up,
    `inspection_ms` is what decoding and judging took. What an image without a verdict of the model lacks is None.
    """

    inspection_id: str
    run: str = LIVE
    revision: int
    project: str
    line: str
    camera: str
    facility: str | None = None
    image_id: str
    bucket: str
    key: str
    etag: str
    size_bytes: int
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    captured_at: datetime
    uploaded_at: datetime
    inspected_at: datetime
    verdict: Verdict
    reason: str | None = None
    anomaly_probability: float | None = None
    confidence: float | None = None
    anomaly_score: float | None = None
    model_version: str | None = None
    queue_ms: float | None = None
    inspection_ms: float | None = None
    correlation_id: str
    review_label: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review_comment: str | None = None
    original_message: str | None = None
