"""What those who want reports are sent."""

from collections.abc import Callable, Sequence

from chalicelib.daily.domain import PrintedReport, VerdictCounts
from chalicelib.daily.words import percent_of

_LONGEST_SUBJECT = 99
_MOST_NAMED = 200
"""Projects: a notification has at most 256 kB."""


def subject_of(printed: Sequence[PrintedReport], stage: str) -> str:
    """In ASCII, without a line break, below 100 characters."""
    everything = printed[-1].report
    return f"Linewatch {stage}, {everything.day}: {_short(everything.total)}"[:_LONGEST_SUBJECT]


def text_of(printed: Sequence[PrintedReport], link: Callable[..., str]) -> str:
    """A line with the figures of each project, and the links. All projects are the last of those printed."""
    *others, everything = (each.report for each in printed)
    projects = others[:_MOST_NAMED]
    lines = [f"Daily report of {everything.day:%A}, {everything.day}, time zone {everything.zone}.", ""]
    lines += [f"{each.project}: {_short(each.total)}{_silent(len(each.silences))}" for each in projects]
    lines += ["", *(f"{each.project}: {link(each.project, each.day)}" for each in projects)]
    if len(projects) > 1:
        lines += ["All projects, for who may see each of them:", link(projects[0].project, everything.day, every=True)]
    lines += ["", "The same on your computer:", f"linewatch report --day {everything.day}"]
    return "\n".join(lines)


def _short(counts: VerdictCounts) -> str:
    if not counts.images:
        return "no images"
    if not counts.parts:
        return f"{counts.images} images, none with a verdict"
    return f"{counts.parts} parts, {counts.anomalous} defective, yield {percent_of(counts.good_share, counts.parts)}"


def _silent(cameras: int) -> str:
    return "" if not cameras else f", {cameras} silent {'camera' if cameras == 1 else 'cameras'}"
