"""An inspection: one captured image and its verdict."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, computed_field
from pydantic.json_schema import SkipJsonSchema

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.answer import Answer
from chalicelib.core.capture import Capture
from chalicelib.core.image_statistics import ImageStatistics
from chalicelib.core.spots import MOST_BOXES, Box, spot_in_words
from chalicelib.core.values import (
    LONGEST_NAME,
    LONGEST_REASON,
    Comment,
    Count,
    Finite,
    Id,
    Key,
    MapText,
    Message,
    Name,
    Probability,
    Reason,
    Run,
    Time,
    storable,
)
from chalicelib.core.verdict import Verdict

__all__ = ["INSPECTION", "LIVE", "Inspection", "PixelMask", "Prediction", "Verdict", "confidence_of"]

LIVE = "live"
"""The run that the production line acts on."""


@dataclass(frozen=True, slots=True)
class PixelMask:
    """An image of the same size as the inspected one, as PNG: white, and in a colour what is unusual.

    `area` (0 to 1) is the share of the image that has the colour.
    """

    picture: bytes
    area: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A model's result for one image.

    The probability is 0 to 1; the score is on the detector's own scale. `unfamiliar` says why the image is unlike
    anything in training; None if it is familiar. `boxes`, the strongest first, are where it is unusual, and
    `area_fraction` (0 to 1) is the share of the image that is. `mask` is None unless it was asked for. `features` names
    the kind of features that the model compares.
    """

    anomalous: bool
    unfamiliar: str | None = None
    anomaly_probability: float
    anomaly_score: float
    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    area_fraction: float
    anomaly_map: AnomalyMap
    mask: PixelMask | None = None
    features: str | None = None
    statistics: ImageStatistics | None = None
    model_version: str
    milliseconds: float

    @property
    def verdict(self) -> Verdict:
        """An unfamiliar image is neither normal nor anomalous."""
        if self.unfamiliar is not None:
            return Verdict.UNFAMILIAR
        return Verdict.ANOMALOUS if self.anomalous else Verdict.NORMAL


def confidence_of(anomaly_probability: float) -> float:
    """How sure the verdict is, from 0 (a coin toss) to 1 (certain): |2p - 1|, rounded to six decimals.

    EventBridge compares no number with more: a rule would not match it, whatever its value ("Numeric matching", Amazon
    EventBridge User Guide; aws/event-ruler).
    """
    return round(abs(2 * anomaly_probability - 1), 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One run of one image. It is an item of the table, the body of an event and a row of the lake.

    `revision` is 0 when the image failed, 1 when it is inspected or rejected, and grows with each review and with the
    verdict after a review: of two copies the one with the higher revision is newer. Times are UTC.
    `anomaly_probability` and `confidence` are 0 to 1; `anomaly_score` is on the detector's own scale. `queue_ms` is the
    time from the upload to the start of the inspection; `inspection_ms` is the time to decode the image and predict.
    `boxes` are the unusual spots of the image, the strongest first, at most 5; `area_fraction` (0 to 1) is the share of
    the image that is unusual. `features` names the kind of features that the model compares. The `ImageStatistics` and
    the fields that come from the model are None, and `boxes` is empty, when the model gave no verdict.

    The fields of the review are those of the answer that counts. If people have answered and none counts, because it
    was withdrawn or too few agree, `review_label` is None, and `reviewed_by` and `reviewed_at` say who did the last of
    it and when. Without a review all are None. `review_action` is the last action of any answer that was not
    withdrawn: a line that was stopped stays so, whatever is said of the part later. `review_drawn_in` is the begin of
    the shift whose random sample asked for the part.

    `anomaly_map` is the text of an `AnomalyMap`. It and the answers are stored, and are no part of the JSON.
    """

    inspection_id: Id
    run: Run = LIVE
    revision: Count
    project: Id
    line: Id
    camera: Id
    facility: Id | None = None
    image_id: Id
    bucket: Name
    key: Key
    etag: Name
    size_bytes: Count
    content_type: Name | None = None
    width: Count | None = None
    height: Count | None = None
    captured_at: Time
    uploaded_at: Time
    inspected_at: Time
    verdict: Verdict
    reason: Reason | None = None
    anomaly_probability: Probability | None = None
    confidence: Probability | None = None
    anomaly_score: Finite | None = None
    boxes: tuple[Box, ...] = ()
    area_fraction: Probability | None = None
    features: Name | None = None
    anomaly_map: MapText = None
    model_version: Name | None = None
    queue_ms: Finite | None = None
    inspection_ms: Finite | None = None
    correlation_id: Name
    review_label: Name | None = None
    review_kind: Name | None = None
    reviewed_by: Name | None = None
    reviewed_at: Time | None = None
    review_comment: Comment | None = None
    review_action: Name | None = None
    review_drawn_in: Time | None = None
    brightness: Finite | None = None
    sharpness: Finite | None = None
    centre_x: Finite | None = None
    centre_y: Finite | None = None
    training_distance: Finite | None = None
    original_message: Message | None = None
    answers: Annotated[SkipJsonSchema[tuple[Answer, ...]], Field(exclude=True)] = ()

    def __post_init__(self) -> None:
        """ValueError for more than 5 boxes, or for one that is not within the image."""
        if len(self.boxes) > MOST_BOXES:
            raise ValueError(f"boxes must be at most {MOST_BOXES}")
        if not all(box.lies_within(self.width or 0, self.height or 0) for box in self.boxes):
            raise ValueError(f"boxes must lie within the image of {self.width} x {self.height} px")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def worst_box(self) -> Box | None:
        """The first of `boxes`: the most unusual spot."""
        return self.boxes[0] if self.boxes else None

    @property
    def changed_at(self) -> datetime:
        """When it was inspected, or a person answered or withdrew an answer; the last of these."""
        reviewed = self.reviewed_at or self.inspected_at
        return max(self.inspected_at, reviewed, *(each.changed_at for each in self.answers))

    @property
    def spot(self) -> str | None:
        """Where the worst spot is, in words and pixels; None if there is none."""
        return spot_in_words(self.boxes, self.width or 0, self.height or 0, self.area_fraction or 0.0)

    @classmethod
    def inspected(cls, capture: Capture, prediction: Prediction, *, queue_ms: float, at: datetime) -> "Inspection":
        """The model inspected the image."""
        return replace(
            cls._of(capture, prediction.verdict, revision=1, at=at),
            reason=None if prediction.unfamiliar is None else storable(prediction.unfamiliar, LONGEST_REASON),
            width=prediction.width,
            height=prediction.height,
            anomaly_probability=prediction.anomaly_probability,
            confidence=None if prediction.unfamiliar is not None else confidence_of(prediction.anomaly_probability),
            anomaly_score=prediction.anomaly_score,
            boxes=prediction.boxes,
            area_fraction=prediction.area_fraction,
            features=None if prediction.features is None else storable(prediction.features, LONGEST_NAME),
            anomaly_map=prediction.anomaly_map.to_text(),
            model_version=prediction.model_version,
            queue_ms=queue_ms,
            inspection_ms=prediction.milliseconds,
            **({} if prediction.statistics is None else prediction.statistics._asdict()),
        )

    @classmethod
    def unprocessable(cls, capture: Capture, reason: str, *, queue_ms: float, at: datetime) -> "Inspection":
        """The image can never be inspected; `reason` says why."""
        return replace(
            cls._of(capture, Verdict.REJECTED, revision=1, at=at),
            reason=storable(reason, LONGEST_REASON),
            queue_ms=queue_ms,
        )

    @classmethod
    def failed(cls, capture: Capture, reason: str, *, original_message: str, at: datetime) -> "Inspection":
        """The image ran out of attempts. `reason` is the last error; the original message is kept for a redrive."""
        undecided = cls._of(capture, Verdict.FAILED, revision=0, at=at)
        return replace(undecided, reason=storable(reason, LONGEST_REASON), original_message=original_message)

    @classmethod
    def _of(cls, capture: Capture, verdict: Verdict, *, revision: int, at: datetime) -> "Inspection":
        return cls(
            inspection_id=capture.inspection_id,
            revision=revision,
            project=capture.project,
            line=capture.line,
            camera=capture.camera,
            facility=capture.facility,
            image_id=capture.image_id,
            bucket=capture.bucket,
            key=capture.key,
            etag=capture.etag,
            size_bytes=capture.size_bytes,
            content_type=capture.content_type,
            captured_at=capture.captured_at,
            uploaded_at=capture.uploaded_at,
            inspected_at=at,
            verdict=verdict,
            correlation_id=capture.correlation_id,
        )


INSPECTION = TypeAdapter(Inspection)
"""Reads an inspection from plain values, checks each, and writes it as JSON. A ValidationError is a ValueError."""
