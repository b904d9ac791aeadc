"""What shadow runs need from outside, beside inspections, models, projects and reviews."""

from collections.abc import Iterator
from typing import Protocol

from chalicelib.promotion.domain import Judged


class ShadowVerdicts(Protocol):
    """What shadow runs judged: one item for each image, however often it is judged."""

    def put(self, project: str, shadow_id: str, judged: Judged) -> None: ...

    def count(self, project: str, shadow_id: str) -> int: ...

    def all(self, project: str, shadow_id: str) -> Iterator[Judged]: ...


class ShadowRules(Protocol):
    """Whether the verdicts of a project's hosted version are sent to the queue of shadow runs."""

    def open(self, project: str) -> None:
        """Have them sent; to open again changes nothing."""
        ...

    def close(self, project: str) -> None:
        """Have them sent no more; to close again changes nothing."""
        ...
