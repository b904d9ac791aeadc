"""The verdicts and rules of shadow runs in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.promotion.domain import Judged


@dataclass
class FakeShadowVerdicts:
    """Verdicts by project, shadow run and image."""

    items: dict[tuple[str, str, str], Judged] = field(default_factory=dict)

    def put(self, project: str, shadow_id: str, judged: Judged) -> None:
        self.items[project, shadow_id, judged.inspection_id] = judged

    def count(self, project: str, shadow_id: str) -> int:
        return sum(1 for _ in self.all(project, shadow_id))

    def all(self, project: str, shadow_id: str) -> Iterator[Judged]:
        yield from (each for key, each in self.items.items() if key[:2] == (project, shadow_id))


@dataclass
class FakeShadowRules:
    """The projects whose images are sent."""

    opened: set[str] = field(default_factory=set)

    def open(self, project: str) -> None:
        self.opened.add(project)

    def close(self, project: str) -> None:
        self.opened.discard(project)
