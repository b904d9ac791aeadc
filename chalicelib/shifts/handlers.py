"""The Lambda event of shift calendars: a minute has passed.

The use cases are imported when it comes: app.py imports this module for every function.
"""

from itertools import chain

from chalicelib.aws.observability import log_event
from chalicelib.shifts.wiring import ShiftsWiring


def follow_calendars(shifts: ShiftsWiring) -> None:
    """Decide for each project that has a calendar, then take the files that were put into the bucket.

    A file that takes too long keeps nobody's model from its start. An error does not stop the other projects; all
    errors are raised at the end, as an ExceptionGroup.
    """
    from chalicelib.shifts.follow import Followed
    from chalicelib.shifts.import_calendars import Imported

    errors = []
    for each in chain(shifts.follow_calendars(), shifts.import_calendars()):
        match each:
            case Exception():
                errors.append(each)
            case Imported(project, reason):
                log_event("calendar taken" if reason is None else "calendar refused", project=project, reason=reason)
            case Followed(project, decision):
                did = "calendar starts the model" if decision.run else "calendar stops the model"
                log_event(did, project=project, reason=decision.reason, until=decision.until)
    if errors:
        raise ExceptionGroup(f"{len(errors)} calendars could not be followed and will be tried again", errors)
