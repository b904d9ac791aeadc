"""A review: what a person said of an inspected image, beside what the machine said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chalicelib.core.answer import Action
from chalicelib.core.inspection import Inspection
from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import counted, last_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The present review of one inspection: the answer that counts.

    `label` is the person's verdict, `kind` the kind of defect, `action` what the person did besides, `reviewed_by` the
    id of the person's access key, and `revision` that of the inspection with this answer. `machine_verdict`,
    `confidence` (0 to 1) and `model_version` are what the machine had said when the person answered. `region` is where
    the defect is, as left, top, right and bottom in shares of the image. `drawn_in` is the begin of the shift that had
    drawn the part for the random sample; None if people looked for another reason. Times are UTC.
    """

    inspection_id: str
    project: str
    line: str
    camera: str
    bucket: str
    key: str
    etag: str
    captured_at: datetime
    label: Label
    kind: str | None
    comment: str | None
    action: Action | None
    reviewed_by: str
    reviewed_at: datetime
    revision: int
    machine_verdict: Verdict
    confidence: float | None
    model_version: str | None
    region: tuple[float, float, float, float] | None = None
    drawn_in: datetime | None = None

    @classmethod
    def of(cls, inspection: Inspection) -> Self:
        """The review of an inspection that has one; ValueError if it has none."""
        answer = counted(inspection.answers)
        if answer is None:
            raise ValueError(f"inspection {inspection.inspection_id} has no review")
        agreeing = [each for each in last_words(inspection.answers) if each.label is answer.label]
        return cls(
            inspection_id=inspection.inspection_id,
            project=inspection.project,
            line=inspection.line,
            camera=inspection.camera,
            bucket=inspection.bucket,
            key=inspection.key,
            etag=inspection.etag,
            captured_at=inspection.captured_at,
            label=answer.label,
            kind=answer.kind,
            comment=answer.comment,
            action=answer.action,
            reviewed_by=answer.reviewed_by,
            reviewed_at=answer.reviewed_at,
            revision=answer.revision,
            machine_verdict=answer.verdict,
            confidence=answer.confidence,
            model_version=answer.model_version,
            region=answer.region,
            drawn_in=next((each.drawn_in for each in agreeing if each.drawn_in), None),
        )

    @property
    def is_escape(self) -> bool:
        """The machine passed a part that the person calls anomalous."""
        return self.machine_verdict is Verdict.NORMAL and self.label is Label.ANOMALOUS
