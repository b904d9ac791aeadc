"""The Lambda event of shift calendars: a minute has passed.

The use cases are imported when it comes: app.py imports this module for every function.
"""

from itertools import chain

from chalicelib.aws.measurements import ALL, log_quiet
from chalicelib.aws.observability import log_event
from chalicelib.shifts.wiring import ShiftsWiring


def follow_calendars(shifts: ShiftsWiring) -> None:
    """Decide for each project, take the files that were put into the bucket, and inspect the images of days.

    A file that takes too long keeps nobody's model from its start. An error does not stop the other projects; all
    errors are raised at the end, as an ExceptionGroup.
    """
    from chalicelib.core.events import DayInspected
    from chalicelib.shifts.follow import Followed, Late, Quiet
    from chalicelib.shifts.import_calendars import Imported

    errors, late, quiet = [], 0, set()
    for each in chain(shifts.follow_calendars(), shifts.inspect_days(), shifts.import_calendars()):
        match each:
            case Exception():
                errors.append(each)
            case Imported(project, reason):
                log_event("calendar taken" if reason is None else "calendar refused", project=project, reason=reason)
            case Followed(project, decision):
                did = "calendar starts the model" if decision.run else "calendar stops the model"
                log_event(did, project=project, reason=decision.reason, until=decision.until)
            case Late(project, state):
                late += 1
                log_event("a project is not hosted as it should be", project=project, reason=f"{state} in its shift")
            case DayInspected():
                log_event("the images of a day are inspected", project=each.project, event_id=each.event_id)
            case Quiet(project):
                quiet.add(project)
    if late:
        log_event("shifts without a model", metrics={"NotHostedCount": late}, project=ALL, line=ALL)
    log_quiet((project, line) for project, line in shifts.platform.settings.watched_lines if project in quiet)
    if errors:
        raise ExceptionGroup(f"{len(errors)} calendars could not be followed and will be tried again", errors)
