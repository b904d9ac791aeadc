"""Count the reviewed images of a day."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from chalicelib.core.verdict import Label, Verdict
from chalicelib.daily.lake_rows import Row
from chalicelib.daily.reviewed import BY_KIND, Name, ReviewCounts, ReviewGroup, ReviewSection

NOT_NAMED = "not named"


def reviews_of(rows: Sequence[Row], *, one_project: bool) -> tuple[ReviewSection, ...]:
    """The reviewed images of these rows in sum, by project, inspector and kind of defect; nothing without a review."""
    reviewed = [row for row in rows if row.review_label]
    return tuple(_sections(reviewed, one_project=one_project)) if reviewed else ()


def _sections(rows: Sequence[Row], *, one_project: bool) -> Iterator[ReviewSection]:
    def section(by: str, column: str, key: Callable[[Row], str], chosen: Iterable[Row] = rows) -> ReviewSection:
        if one_project:
            return ReviewSection(by, (column,), _groups(chosen, lambda row: (key(row),)))
        return ReviewSection(by, ("project", column), _groups(chosen, lambda row: (row.project, key(row))))

    yield ReviewSection("reviews", ("reviews",), _groups(rows, lambda _row: ("all",)))
    if not one_project:
        yield ReviewSection("reviews by project", ("project",), _groups(rows, lambda row: (row.project,)))
    yield section("reviews by inspector", "inspector", lambda row: row.reviewed_by or NOT_NAMED)
    defects = [row for row in rows if row.review_label == Label.ANOMALOUS]
    if defects:
        yield section(BY_KIND, "kind of defect", lambda row: row.review_kind or NOT_NAMED, defects)


def _groups(rows: Iterable[Row], key: Callable[[Row], Name]) -> tuple[ReviewGroup, ...]:
    found: dict[Name, ReviewCounts] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), ReviewCounts()) + _one(row)
    return tuple(ReviewGroup(name, found[name]) for name in sorted(found))


def _one(row: Row) -> ReviewCounts:
    defect = row.review_label == Label.ANOMALOUS
    if row.verdict == Verdict.NORMAL:
        drawn = row.review_drawn_in is not None  # people look at all that is uncertain, so that is no sample
        return ReviewCounts(passed=1, escapes=int(defect), drawn=int(drawn), drawn_escapes=int(drawn and defect))
    if row.verdict == Verdict.ANOMALOUS:
        return ReviewCounts(refused=1, false_rejects=int(not defect))
    return ReviewCounts(unjudged=1)
