"""The work of a shadow run: judge an image that the hosted version has judged, and keep both verdicts.

An image has one item and one row of the lake, however often its message comes. Nothing waits for this work.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.core.errors import ObjectGone, UnprocessableImage
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Prediction, confidence_of
from chalicelib.core.verdict import Verdict
from chalicelib.inspections.ports import Images
from chalicelib.models.ports import InspectionTooSlow, Model, ModelRefused, Models
from chalicelib.projects.shadow import Shadow
from chalicelib.promotion.domain import Judged
from chalicelib.shadow.run import Shadowing, close_rule, end_shadow, last_shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What the work needs. `archive` has an event written to the lake, and nowhere else."""

    shadowing: Shadowing
    images: Images
    models: Models
    archive: Callable[[AnyInspectionEvent], None]


@dataclass(slots=True)
class JudgedBatch:
    """The images of one batch: the shadow run of a project is looked up once, and so is how much it has judged."""

    judging: Judging
    _shadows: dict[str, Shadow | None] = field(default_factory=dict)

    def judge(self, inspection: Inspection) -> None:
        """Judge an image, unless its project has no shadow run that still wants it."""
        shadow = self._shadow(inspection)
        if shadow is None:
            return
        project, shadowing = inspection.project, self.judging.shadowing
        if inspection.model_version != str(shadow.hosted):
            self._end(project, shadow, f"version {inspection.model_version} is hosted now")
            return
        try:
            model = self.judging.models.version(project, str(shadow.version))
        except ModelRefused as error:
            self._end(project, shadow, str(error))
            return
        judged, row = _judged(inspection, shadow, model, self.judging)
        # The row first: the verdict counts, and a run that has all its images drops what is delivered again.
        if row is not None:
            self.judging.archive(event_of(row))
        shadowing.verdicts.put(project, shadow.shadow_id, judged)

    def _shadow(self, inspection: Inspection) -> Shadow | None:
        """The run that wants this image. Where there is none the rule is removed that sent it."""
        project = inspection.project
        if project not in self._shadows:
            self._shadows[project] = self._wanting(project)
        shadow = self._shadows[project]
        if shadow is None or shadow.runs(inspection.inspected_at):
            return shadow
        close_rule(project, self.judging.shadowing)
        return None

    def _wanting(self, project: str) -> Shadow | None:
        shadowing = self.judging.shadowing
        shadow = last_shadow(project, shadowing)
        if shadow is None or shadow.ended_at is not None:
            close_rule(project, shadowing)
            return None
        if shadowing.verdicts.count(project, shadow.shadow_id) >= shadow.images:
            end_shadow(project, shadow, f"it has judged {shadow.images} images", shadowing=shadowing)
            return None
        return shadow

    def _end(self, project: str, shadow: Shadow, reason: str) -> None:
        self._shadows[project] = None
        end_shadow(project, shadow, reason, shadowing=self.judging.shadowing)


def _judged(inspection: Inspection, shadow: Shadow, model: Model, judging: Judging) -> tuple[Judged, Inspection | None]:
    """Both verdicts, and the inspection of this run; None if the version gave no verdict."""
    unseen = Judged(inspection_id=inspection.inspection_id, key=inspection.key, hosted=inspection.verdict)
    try:
        content = judging.images.read(_image(inspection)).content
        prediction = model.predict(content)
    except ObjectGone:
        return replace(unseen, hosted=None), None
    except UnprocessableImage:
        return replace(unseen, candidate=Verdict.REJECTED), None
    except InspectionTooSlow:
        return replace(unseen, candidate=Verdict.FAILED), None
    row = _in_run(inspection, shadow.run, prediction, judging.shadowing.clock())
    return replace(unseen, candidate=row.verdict), row


def _image(inspection: Inspection) -> UploadedImage:
    return UploadedImage(
        inspection.bucket, inspection.key, inspection.etag, inspection.size_bytes, inspection.uploaded_at
    )


def _in_run(inspection: Inspection, run: str, prediction: Prediction, at: datetime) -> Inspection:
    """The same image, judged in another run."""
    unfamiliar = prediction.unfamiliar
    return replace(
        inspection,
        run=run,
        revision=1,
        inspected_at=at,
        verdict=prediction.verdict,
        reason=unfamiliar,
        anomaly_probability=prediction.anomaly_probability,
        confidence=None if unfamiliar is not None else confidence_of(prediction.anomaly_probability),
        anomaly_score=prediction.anomaly_score,
        boxes=prediction.boxes,
        area_fraction=prediction.area_fraction,
        features=prediction.features,
        model_version=prediction.model_version,
        inspection_ms=prediction.milliseconds,
    )
