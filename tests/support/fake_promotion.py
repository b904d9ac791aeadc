"""The files and the queue of comparisons in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.core.inspection import Prediction
from chalicelib.core.verdict import Verdict
from chalicelib.models.ports import ModelRefused
from chalicelib.promotion.decision import Decision
from chalicelib.promotion.domain import Comparison, Judged, Outcome, Plan, Replay, Subject, Trained
from chalicelib.promotion.labels import Learned
from tests.support.fake_models import FakeModel


@dataclass
class FakeComparisons:
    """The files by the id of their comparison."""

    comparisons: dict[str, Comparison] = field(default_factory=dict)
    parts: dict[tuple[str, str, int], list[Subject]] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    results: dict[tuple[str, int], list[Judged]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    lessons: dict[tuple[str, str], Learned] = field(default_factory=dict)

    def add(self, comparison: Comparison) -> None:
        self.comparisons[comparison.comparison_id] = comparison

    def find(self, project: str, comparison_id: str) -> Comparison | None:
        if len(comparison_id) > 1000:
            raise ValueError("S3 refuses such a key")
        found = self.comparisons.get(comparison_id)
        return found if found is not None and found.project == project else None

    def ids(self, project: str) -> list[str]:
        return sorted((each for each, of in self.comparisons.items() if of.project == project), reverse=True)

    def put_part(self, comparison: Comparison, folder: str, part: int, subjects: Sequence[Subject]) -> None:
        self.parts[comparison.comparison_id, folder, part] = list(subjects)

    def part(self, comparison: Comparison, folder: str, part: int) -> list[Subject]:
        return self.parts[comparison.comparison_id, folder, part]

    def settle_plan(self, comparison: Comparison, plan: Plan) -> Plan:
        return self.plans.setdefault(comparison.comparison_id, plan)

    def plan(self, comparison: Comparison) -> Plan | None:
        return self.plans.get(comparison.comparison_id)

    def put_result(self, comparison: Comparison, part: int, judged: Sequence[Judged]) -> None:
        self.results[comparison.comparison_id, part] = list(judged)

    def judged_parts(self, comparison: Comparison) -> set[int]:
        return {part for of, part in self.results if of == comparison.comparison_id}

    def result(self, comparison: Comparison, part: int) -> list[Judged]:
        return self.results[comparison.comparison_id, part]

    def put_outcome(self, comparison: Comparison, outcome: Outcome) -> None:
        self.outcomes[comparison.comparison_id] = outcome

    def outcome(self, comparison: Comparison) -> Outcome | None:
        return self.outcomes.get(comparison.comparison_id)

    def put_decision(self, comparison: Comparison, decision: Decision) -> None:
        self.decisions[comparison.comparison_id] = decision

    def decision(self, comparison: Comparison) -> Decision | None:
        return self.decisions.get(comparison.comparison_id)

    def put_learned(self, project: str, revision: str, learned: Learned) -> None:
        self.lessons[project, revision] = learned

    def learned(self, project: str, revision: str) -> Learned | None:
        return self.lessons.get((project, revision))


@dataclass
class FakeReplayQueue:
    """The messages that wait."""

    waiting: list[Replay | Trained] = field(default_factory=list)

    def send(self, messages: Sequence[Replay | Trained]) -> None:
        self.waiting += messages

    def send_later(self, message: Trained, seconds: int) -> None:
        self.waiting.append(message)


@dataclass
class ByContent(FakeModel):
    """Finds a part anomalous whose content has one of these words."""

    words: tuple[bytes, ...] = ()
    seen: list[bytes] = field(default_factory=list)

    def predict(self, content: bytes, mask_colour: str | None = None) -> Prediction:
        self.seen.append(content)
        self.anomaly_probability = 0.9 if any(word in content for word in self.words) else 0.1
        return super().predict(content, mask_colour)


@dataclass
class FakeVersions:
    """The versions of a project by their number. One that is `refused` does not load."""

    versions: dict[str, ByContent] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def live(self, project: str) -> ByContent:
        raise NotImplementedError("a comparison names its versions")

    def version(self, project: str, version: str) -> ByContent:
        if version in self.refused:
            raise ModelRefused(f"version {version} of project {project!r} is refused: it is damaged")
        return self.versions[version]


STOPPED, PASSED = Verdict.ANOMALOUS, Verdict.NORMAL
