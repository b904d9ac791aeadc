"""The Lambda event of daily reports: an hour has passed. The use case is imported when it comes."""

from chalicelib.aws.observability import log_event
from chalicelib.daily.wiring import DailyWiring


def print_reports(daily: DailyWiring) -> None:
    """Print what is due; nothing if no time zone is set. All errors are raised at the end, as an ExceptionGroup."""
    if not daily.settings.zone:
        return
    errors = []
    for each in daily.print_ended_days():
        if isinstance(each, Exception):
            errors.append(each)
        else:
            log_event("daily report printed", day=each.day.isoformat(), revision=each.revision, sent=each.sent)
    if errors:
        raise ExceptionGroup(f"the reports of {len(errors)} days were not printed, and will be tried again", errors)
