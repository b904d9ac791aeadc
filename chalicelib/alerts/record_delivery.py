"""Recording that people were alerted."""

from collections.abc import Callable

from chalicelib.aws.observability import log_failure


def record_delivery(write: Callable[[], object]) -> None:
    """Try twice: that people were alerted is known only here, and they are alerted again when it is not recorded."""
    try:
        write()
    except Exception as error:  # noqa: BLE001 - raised by the second attempt if it lasts
        log_failure("not recorded that people were alerted; trying again", error)
        write()
