"""The reviews of a report as tables."""

from collections.abc import Iterator

from chalicelib.daily.reviewed import BY_KIND, ReviewCounts, ReviewSection
from chalicelib.daily.table import Table, Value, rounded

REVIEWS = (
    "reviewed",
    "reviewed of passed",
    "escapes",
    "sample",
    "escapes of sample",
    "escape share",
    "escape share from",
    "escape share to",
    "reviewed of refused",
    "false rejects",
    "false reject share",
    "false reject share from",
    "false reject share to",
)
"""The columns of reviews. `sample` are the passed parts that the random sample chose and people reviewed.

`escape share` is of the sample, `false reject share` of the reviewed refused parts; exact 95 % intervals.
"""


def review_tables(sections: tuple[ReviewSection, ...]) -> Iterator[Table]:
    """A table for each section."""
    for section in sections:
        shares = section.by != BY_KIND
        rows = tuple((*group.name, *values(group.counts, shares=shares)) for group in section.groups)
        yield Table(section.by, (*section.columns, *REVIEWS), rows)


def values(counts: ReviewCounts, *, shares: bool) -> tuple[Value, ...]:
    """The values under `REVIEWS`. Of a kind of defect there is no share: its parts are all anomalous."""
    return (
        *(counts.reviewed, counts.passed, counts.escapes, counts.drawn, counts.drawn_escapes),
        *rounded(counts.escape_share if shares else None, counts.escape_bounds),
        *(counts.refused, counts.false_rejects),
        *rounded(counts.false_reject_share if shares else None, counts.false_reject_bounds),
    )
