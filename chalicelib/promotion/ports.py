"""What comparisons need from outside, beside inspections, models, projects and reviews."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.promotion.decision import Decision
from chalicelib.promotion.domain import Comparison, Judged, Outcome, Plan, Replay, Subject, Trained
from chalicelib.promotion.labels import Learned


class Comparisons(Protocol):
    """The files of comparisons. Each is written whole, at once, and to write it again changes nothing that counts."""

    def add(self, comparison: Comparison) -> None: ...

    def find(self, project: str, comparison_id: str) -> Comparison | None: ...

    def ids(self, project: str) -> list[str]:
        """The ids of a project's comparisons, the newest first."""
        ...

    def put_part(self, comparison: Comparison, folder: str, part: int, subjects: Sequence[Subject]) -> None:
        """Store the images of a part; parts have the numbers from 0."""
        ...

    def part(self, comparison: Comparison, folder: str, part: int) -> list[Subject]: ...

    def settle_plan(self, comparison: Comparison, plan: Plan) -> Plan:
        """Say that all parts are stored, unless there is a plan already; the plan that there is then."""
        ...

    def plan(self, comparison: Comparison) -> Plan | None: ...

    def put_result(self, comparison: Comparison, part: int, judged: Sequence[Judged]) -> None: ...

    def judged_parts(self, comparison: Comparison) -> set[int]:
        """The parts that have a result."""
        ...

    def result(self, comparison: Comparison, part: int) -> list[Judged]: ...

    def put_outcome(self, comparison: Comparison, outcome: Outcome) -> None: ...

    def outcome(self, comparison: Comparison) -> Outcome | None: ...

    def put_decision(self, comparison: Comparison, decision: Decision) -> None: ...

    def decision(self, comparison: Comparison) -> Decision | None:
        """What the promotion policy decided."""
        ...

    def put_learned(self, project: str, revision: str, learned: Learned) -> None:
        """Store what reviews added to the data set that became this revision."""
        ...

    def learned(self, project: str, revision: str) -> Learned | None: ...


class ReplayQueue(Protocol):
    """The queue of what there is to do for comparisons."""

    def send(self, messages: Sequence[Replay | Trained]) -> None:
        """Have it done. It may be sent twice, and done twice."""
        ...

    def send_later(self, message: Trained, seconds: int) -> None:
        """The same after so many seconds, at most 900."""
        ...
