"""What people found when they reviewed the images of a day."""

from dataclasses import dataclass, fields

from chalicelib.vision.binomial import interval

type Name = tuple[str, ...]

BY_KIND = "reviews by kind"
"""The section of defects alone."""


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many reviewed images there are, and how many of them a person judges differently from the machine.

    `passed` and `refused` are what the machine did. `drawn` are those of the passed parts that the random sample chose:
    they alone are like the parts that nobody looked at. `unjudged` have no verdict on a part.
    """

    passed: int = 0
    escapes: int = 0
    drawn: int = 0
    drawn_escapes: int = 0
    refused: int = 0
    false_rejects: int = 0
    unjudged: int = 0

    def __add__(self, other: "ReviewCounts") -> "ReviewCounts":
        return ReviewCounts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def reviewed(self) -> int:
        """All reviewed images."""
        return self.passed + self.refused + self.unjudged

    @property
    def escape_share(self) -> float | None:
        """Of the parts that the machine passed, by those that the sample drew, 0 to 1; None without any."""
        return self.drawn_escapes / self.drawn if self.drawn else None

    @property
    def escape_bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the share of escapes."""
        return interval(self.drawn_escapes, self.drawn)

    @property
    def false_reject_share(self) -> float | None:
        """Of the refused parts that people reviewed, 0 to 1; None without any."""
        return self.false_rejects / self.refused if self.refused else None

    @property
    def false_reject_bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the share of false rejects."""
        return interval(self.false_rejects, self.refused)


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Reviewed images that have something in common: its name, of one or more parts."""

    name: Name
    counts: ReviewCounts


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """The reviews of a day taken apart by one thing, as `Section` does with images."""

    by: str
    columns: Name
    groups: tuple[ReviewGroup, ...]
