"""Record that people were alerted."""

from collections.abc import Callable

from chalicelib.aws.observability import log_failure


def record_delivery(write: Callable[[], object]) -> None:
    """Call `write`, twice if it fails. Without this record people are alerted again."""
    try:
        write()
    except Exception as error:  # noqa: BLE001 - the second attempt raises it if it persists
        log_failure("recording the delivery failed; trying again", error)
        write()
