"""Which inspections alert people: the rules of a line, those of a project, and what the stage has without them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.alerts.domain import Kind
from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.core.values import Id, Probability, Time


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """When to alert: a defect, an uncertain verdict, and a part that nobody checked (unfamiliar, rejected or failed).

    A verdict is uncertain below `confidence` (0 to 1). Those in `silent` alert nobody. After an alert, those of the
    same verdict are held together for `window`.
    """

    confidence: Probability = 0.20
    window: timedelta = timedelta(minutes=5)
    silent: frozenset[Verdict] = frozenset()

    def kind_of(self, inspection: Inspection) -> Kind | None:
        """The kind of alert for this inspection; None for no alert.

        Only live runs alert. Reviews and the known images of a check never do.
        """
        if inspection.project == CHECK_PROJECT or inspection.run != LIVE or inspection.reviewed_at is not None:
            return None
        return None if inspection.verdict in self.silent else self._kind_of(inspection)

    def _kind_of(self, inspection: Inspection) -> Kind | None:
        unsure = inspection.confidence is not None and inspection.confidence < self.confidence
        match inspection.verdict:
            case Verdict.ANOMALOUS:
                return Kind.UNSURE_DEFECT if unsure else Kind.DEFECT
            case Verdict.NORMAL:
                return Kind.UNSURE_NORMAL if unsure else None
            case Verdict.UNFAMILIAR:
                return Kind.UNFAMILIAR
            case Verdict.REJECTED:
                return Kind.REJECTED
            case Verdict.FAILED:
                return Kind.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAlerts:
    """The rules of a project: of lines with their own, and of all `others`.

    Each change by a person increases `revision`: before the first it is 0, without `set_by` and `set_at`. `of_stage`
    says that they are those of the stage.
    """

    project: Id
    others: AlertRule
    lines: Mapping[Id, AlertRule] = field(default_factory=dict)
    revision: int = 0
    set_by: str = ""
    set_at: Time | None = None
    of_stage: bool = False

    def rule_of(self, line: str) -> AlertRule:
        """The rule of a line."""
        return self.lines.get(line, self.others)


@dataclass(frozen=True, slots=True)
class Policy:
    """Below which confidence a verdict is uncertain; `of_line` holds other thresholds by `<project>/<line>`."""

    confidence: float = 0.20
    of_line: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Parse `0.20` or `0.20,plates/line-7=0.35,…`; ValueError shows this form."""
        try:
            confidence, *lines = text.split(",")
            pairs = [line.split("=") for line in lines]
            policy = cls(float(confidence), {line.strip(): float(threshold) for line, threshold in pairs})
        except ValueError as error:
            raise ValueError(f"{text!r} is not of the form 0.20,<project>/<line>=0.35,…") from error
        if not all(0 <= threshold <= 1 for threshold in (policy.confidence, *policy.of_line.values())):
            raise ValueError(f"{text!r} has a confidence that is not from 0 to 1")
        return policy

    @property
    def largest(self) -> float:
        """The largest threshold of any line: a normal verdict at or above it alerts nowhere."""
        return max([self.confidence, *self.of_line.values()])


@dataclass(frozen=True, slots=True)
class StageAlerts:
    """The rules that a deployment sets. They hold for a project until a person sets its own, and after a reset.

    `largest` is the largest confidence that a person may set: above it, no normal verdict reaches the alerts' queue.
    """

    policy: Policy
    window: timedelta
    largest: float

    def holding(self, project: str, stored: ProjectAlerts | None) -> ProjectAlerts:
        """The rules that hold for a project: the stored ones, unless nobody has set any or they were reset."""
        if stored is None:
            return self.of(project)
        if not stored.of_stage:
            return stored
        return replace(self.of(project), revision=stored.revision, set_by=stored.set_by, set_at=stored.set_at)

    def of(self, project: str) -> ProjectAlerts:
        """The rules of a project that has none of its own."""
        others = AlertRule(confidence=self.policy.confidence, window=self.window)
        named = ((name.partition("/"), confidence) for name, confidence in self.policy.of_line.items())
        lines = {line: replace(others, confidence=value) for (of, _, line), value in named if of == project}
        return ProjectAlerts(project=project, others=others, lines=lines, of_stage=True)
