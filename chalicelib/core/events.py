"""Every event that crosses a queue or the bus. Their JSON Schemas are in `schemas/`.

A reader ignores fields that it does not know, so that a newer writer does not break it; a field is never removed
and never changes its meaning within a schema version.
"""

from datetime import UTC
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from chalicelib.core.inspection import Inspection, Verdict


class Event(BaseModel):
    """The envelope of every event.

    `event_id` is the same however often the same event is published; `occurred_at` is UTC; `correlation_id` leads from
    the camera's request to the row of the lake.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    schema_version: Literal[1]
    event_id: str
    occurred_at: AwareDatetime
    correlation_id: str


class InspectionEvent(Event):
    """Something happened to one inspection, which is whole as it was then. Anomaly maps never travel in events."""

    inspection: Inspection

    @field_validator("inspection")
    @classmethod
    def _times_have_an_offset(cls, inspection: Inspection) -> Inspection:
        """A time without one is unusable later, in the lake: refuse it with its message instead of its batch."""
        for name in ("captured_at", "uploaded_at", "inspected_at", "reviewed_at"):
            time = getattr(inspection, name)
            if time is not None and time.utcoffset() is None:
                raise ValueError(f"{name} {time} has no offset from UTC")
        return inspection

    @classmethod
    def of(cls, inspection: Inspection) -> Self:
        """The event of this inspection."""
        occurred_at = inspection.reviewed_at or inspection.inspected_at
        identity = (
            cls.__name__,
            inspection.inspection_id,
            inspection.run,
            str(inspection.revision),
            occurred_at.astimezone(UTC).isoformat(),
        )
        return cls.model_validate(
            {
                "event_type": cls.__name__,
                "schema_version": 1,
                "event_id": sha256("\n".join(identity).encode()).hexdigest()[:32],
                "occurred_at": occurred_at,
                "correlation_id": inspection.correlation_id,
                "inspection": inspection,
            }
        )


class ImageInspected(InspectionEvent):
    """The model judged an image: normal or anomalous."""

    event_type: Literal["ImageInspected"]


class ImageRejected(InspectionEvent):
    """An image can never be inspected; the inspection's reason says why."""

    event_type: Literal["ImageRejected"]


class InspectionFailed(InspectionEvent):
    """An image ran out of attempts; the inspection's reason is the last error."""

    event_type: Literal["InspectionFailed"]


class InspectionReviewed(InspectionEvent):
    """A person labelled an inspection."""

    event_type: Literal["InspectionReviewed"]


type AnyInspectionEvent = ImageInspected | ImageRejected | InspectionFailed | InspectionReviewed

INSPECTION_EVENT: TypeAdapter[AnyInspectionEvent] = TypeAdapter(
    Annotated[AnyInspectionEvent, Field(discriminator="event_type")], config=ConfigDict(defer_build=True)
)
"""Reads any of them from a queue, by its `event_type`."""

_EVENT_OF_VERDICT: dict[Verdict, type[ImageInspected] | type[ImageRejected] | type[InspectionFailed]] = {
    Verdict.NORMAL: ImageInspected,
    Verdict.ANOMALOUS: ImageInspected,
    Verdict.REJECTED: ImageRejected,
    Verdict.FAILED: InspectionFailed,
}


def event_of(inspection: Inspection) -> AnyInspectionEvent:
    """What a stored inspection says: a review when it has one, else what its verdict means."""
    if inspection.reviewed_at is not None:
        return InspectionReviewed.of(inspection)
    return _EVENT_OF_VERDICT[inspection.verdict].of(inspection)
