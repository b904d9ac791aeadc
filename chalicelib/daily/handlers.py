"""The Lambda event of daily reports: an hour has passed. The use case is imported when it comes."""

from itertools import chain

from chalicelib.aws.observability import log_event
from chalicelib.daily.wiring import DailyWiring


def print_reports(daily: DailyWiring) -> None:
    """Look for cameras that changed and print what is due; nothing if no time zone is set.

    All errors are raised at the end, as an ExceptionGroup.
    """
    from chalicelib.drift.domain import Drift

    if not daily.settings.zone:
        return
    errors = []
    for each in chain(daily.watch_nights(), daily.print_ended_days()):
        if isinstance(each, Exception):
            errors.append(each)
        elif isinstance(each, Drift):
            log_event(
                "camera changed", project=each.project, line=each.line, camera=each.camera, reason=each.kind.value
            )
        else:
            log_event("daily report printed", day=each.day.isoformat(), revision=each.revision, sent=each.sent)
    if errors:
        raise ExceptionGroup(f"{len(errors)} reports or looks for drift failed, and will be tried again", errors)
