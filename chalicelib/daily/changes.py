"""What is different in a report from the last print of the same day."""

from collections.abc import Iterator, Mapping

from chalicelib.daily.domain import DayReport, PrintedReport, VerdictCounts

_NAMES = {
    "images": "images",
    "normal": "good parts",
    "anomalous": "defective parts",
    "unfamiliar": "unfamiliar images",
    "rejected": "unreadable images",
    "failed": "failed images",
}
_REVIEWED = {"reviewed": "reviewed images", "escapes": "escapes", "false_rejects": "false rejects"}


def printed(report: DayReport, last: PrintedReport | None) -> PrintedReport:
    """The print of a report. One that says the same as the last print is that print."""
    if last is None:
        return PrintedReport(1, (), report)
    if last.report == report:
        return last
    return PrintedReport(last.revision + 1, tuple(changes(last.report, report)), report)


def changes(before: DayReport, now: DayReport) -> Iterator[str]:
    """What changed, a sentence each; at least one if the reports differ."""
    yield from _counts(before.total, now.total)
    if before.total == now.total and before.sections != now.sections:
        yield "The same images have other verdicts, versions, shifts or places of defects."
    if before.reviews != now.reviews:
        yield from _reviews(before, now)
    if before.before != now.before:
        yield "Images of the days before came or got other verdicts."
    if before.silences != now.silences:
        yield "Other cameras fell silent."
    if before.drifts != now.drifts:
        yield "Other cameras changed."
    if (removed := _missing(now) - _missing(before)) > 0:
        yield f"Pictures of {removed} defects are no longer there."
    if before.zone != now.zone:
        yield f"The day is now one of the time zone {now.zone}, before it was one of {before.zone}."
    if before.unread != now.unread:
        yield "Other files of the lake could not be read."
    if before.defects != now.defects or before.reasons != now.reasons:
        yield "The clearest defects, or the reasons of images without a verdict, are others."


def _counts(before: VerdictCounts, now: VerdictCounts) -> Iterator[str]:
    if now.images > before.images:
        yield f"{now.images - before.images} images came after the last print."
    yield from _differences(before, now, _NAMES)


def _reviews(before: DayReport, now: DayReport) -> Iterator[str]:
    found = list(_differences(before.reviewed, now.reviewed, _REVIEWED))
    yield from found or ["People gave other answers in their reviews."]


def _differences(before: object, now: object, names: Mapping[str, str]) -> Iterator[str]:
    for of, name in names.items():
        old, new = getattr(before, of), getattr(now, of)
        if old != new:
            yield f"{name[0].upper()}{name[1:]}: {new:,}, before {old:,}."


def _missing(report: DayReport) -> int:
    return sum(each.missing is not None for each in report.defects)
