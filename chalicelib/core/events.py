"""Every event that Linewatch sends over a queue or the event bus. The JSON Schemas are in `schemas/`.

A reader ignores fields that it does not know, so a newer writer does not break it. Within a schema version a field is
never removed and never changes its meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter

from chalicelib.core.envelope import Event
from chalicelib.core.figures import Figures
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.values import Finite, Id, Name, Reason, Time

_FIRST_VERDICTS = (Verdict.NORMAL, Verdict.ANOMALOUS, Verdict.REJECTED, Verdict.FAILED)


class InspectionEvent(Event):
    """Something happened to one inspection. The event holds the whole inspection of that time, without anomaly maps.

    `verdicts` are those that the event's schema names. A verdict that the readers of an event do not know would break
    them, so a new verdict has an event type of its own.
    """

    verdicts: ClassVar[Sequence[Verdict]] = _FIRST_VERDICTS

    inspection: Inspection

    @classmethod
    def of(cls, inspection: Inspection) -> Self:
        """The event of this class for this inspection."""
        occurred_at = inspection.changed_at
        revision = str(inspection.revision)
        return cls._made(
            (inspection.inspection_id, inspection.run, revision, _instant(occurred_at)),
            {"inspection": replace(inspection, anomaly_map=None, answers=())},
            at=occurred_at,
            correlation_id=inspection.correlation_id,
        )


class ImageInspected(InspectionEvent):
    """The model inspected an image: normal or anomalous."""

    event_type: Literal["ImageInspected"]


class ImageUnfamiliar(InspectionEvent):
    """An image is unlike anything in training; the inspection's reason says why. It is neither normal nor anomalous."""

    verdicts = (Verdict.UNFAMILIAR,)

    event_type: Literal["ImageUnfamiliar"]


class ImageRejected(InspectionEvent):
    """An image can never be inspected; the inspection's reason says why."""

    event_type: Literal["ImageRejected"]


class InspectionFailed(InspectionEvent):
    """An image ran out of attempts; the inspection's reason is the last error."""

    event_type: Literal["InspectionFailed"]


class InspectionReviewed(InspectionEvent):
    """A person labelled an inspection, or withdrew a label: then `review_label` is None."""

    verdicts = tuple(Verdict)

    event_type: Literal["InspectionReviewed"]


class ModelEvent(Event):
    """The hosting of a model version began or ended.

    `asked_by` is the id of the key, or what else asked for it, `asked_at` when; `workers` is how many inspect at the
    same time while it is hosted.
    """

    project: Id
    version: int
    workers: int
    asked_by: Name
    asked_at: Time

    @classmethod
    def of(
        cls,
        project: str,
        version: int,
        *,
        workers: int,
        asked_by: str,
        asked_at: datetime,
        at: datetime,
        **more: object,
    ) -> Self:
        """The event of this class, with the fields that only it has. The same request has the same event id."""
        fields = {
            "project": project,
            "version": version,
            "workers": workers,
            "asked_by": asked_by,
            "asked_at": asked_at,
        }
        return cls._made((project, str(version), _instant(asked_at)), fields | more, at=at)


class ModelStarted(ModelEvent):
    """Workers read the images of a project: the version is HOSTED."""

    event_type: Literal["ModelStarted"]


class ModelStopped(ModelEvent):
    """A version is no longer hosted. If the project has no other hosted one, its images wait."""

    event_type: Literal["ModelStopped"]


class SwitchEvent(ModelEvent):
    """A version took the place of `replaced`. `figures` are what spoke for it, of the comparison with this id.

    `reason` is what the promotion policy, if that asked, decided on.
    """

    replaced: int
    comparison: Name | None = None
    figures: Figures | None = None
    reason: Reason | None = None


class ModelPromoted(SwitchEvent):
    """A version is hosted in the place of the one before. What was compared is in the figures."""

    event_type: Literal["ModelPromoted"]


class ModelRolledBack(SwitchEvent):
    """A version that had been replaced is hosted again."""

    event_type: Literal["ModelRolledBack"]


class DayInspected(Event):
    """The inspection of a day's images has ended: of those of a project that came after `since` until `until`.

    `prefix` is the line, or line/camera, whose images they are; empty means all. `missing` images have no verdict yet.
    """

    event_type: Literal["DayInspected"]
    project: Id
    prefix: str
    since: Time
    until: Time
    images: int
    normal: int = 0
    anomalous: int = 0
    unfamiliar: int = 0
    rejected: int = 0
    failed: int = 0
    missing: int = 0

    @classmethod
    def of(
        cls, project: str, *, prefix: str, since: datetime, until: datetime, counts: Mapping[str, int], at: datetime
    ) -> Self:
        """The event for these counts by verdict. The inspection of the same images always has the same event id."""
        fields = {"project": project, "prefix": prefix, "since": since, "until": until, "images": sum(counts.values())}
        return cls._made((project, _instant(until)), {**fields, **counts}, at=at)


class DriftFound(Event):
    """A camera sees in another way since about `since`: `statistic` of its images went from `before` to `after`.

    `kind` says what changed: light, focus, moved, new appearance or scores. `found_on` is the day of the plant at whose
    end it was found. `examples` are typical inspections before and after.
    """

    event_type: Literal["DriftFound"]
    project: Id
    line: Id
    camera: Id
    kind: Name
    since: Time
    found_on: Name
    statistic: Name
    before: Finite
    after: Finite
    examples: tuple[Id, ...] = ()

    @classmethod
    def of(cls, project: str, line: str, camera: str, *, found_on: str, at: datetime, **more: object) -> Self:
        """The event for this camera and day, which always has the same event id."""
        fields = {"project": project, "line": line, "camera": camera, "found_on": found_on}
        return cls._made((project, line, camera, found_on), fields | more, at=at)


type AnyInspectionEvent = ImageInspected | ImageUnfamiliar | ImageRejected | InspectionFailed | InspectionReviewed

type AnyModelEvent = ModelStarted | ModelStopped | ModelPromoted | ModelRolledBack

type AnyEvent = AnyInspectionEvent | AnyModelEvent | DayInspected | DriftFound

INSPECTION_EVENT: TypeAdapter[AnyInspectionEvent] = TypeAdapter(
    Annotated[AnyInspectionEvent, Field(discriminator="event_type")], config=ConfigDict(defer_build=True)
)
"""Parses any inspection event, by its `event_type`."""

_EVENT_OF_VERDICT: dict[
    Verdict, type[ImageInspected] | type[ImageUnfamiliar] | type[ImageRejected] | type[InspectionFailed]
] = {
    Verdict.NORMAL: ImageInspected,
    Verdict.ANOMALOUS: ImageInspected,
    Verdict.UNFAMILIAR: ImageUnfamiliar,
    Verdict.REJECTED: ImageRejected,
    Verdict.FAILED: InspectionFailed,
}


def event_of(inspection: Inspection) -> AnyInspectionEvent:
    """The event of a stored inspection: `InspectionReviewed` if people answered, else the event of its verdict."""
    if inspection.reviewed_at is not None:
        return InspectionReviewed.of(inspection)
    return _EVENT_OF_VERDICT[inspection.verdict].of(inspection)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
