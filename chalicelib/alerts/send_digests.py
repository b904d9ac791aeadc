"""Send the digests of closed windows."""

from datetime import datetime

from chalicelib.alerts.domain import HOLD, Window
from chalicelib.alerts.notifications import digest_notification
from chalicelib.alerts.ports import AlertLedger, AlertTopic
from chalicelib.alerts.record_delivery import record_delivery
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.ports import DeadLetterWriter


def send_digests(
    *, api_url: str, ledger: AlertLedger, topic: AlertTopic, dead_letters: DeadLetterWriter, clock: Clock
) -> int:
    """Close every due window, with a digest if it counted alerts; return the number of digests sent.

    This can stop at any point and run again. An error does not stop the other windows; all errors are raised at the
    end, as an ExceptionGroup. A window that cannot be read becomes a dead letter: the alerts that it counted are in it.
    """
    sent = 0
    errors: list[Exception] = []
    for window in ledger.due(clock()):
        try:
            if isinstance(window, Unreadable):
                log_unreadable([window])
                dead_letters.put(window.content, error=window.reason)
                ledger.remove(window)
            else:
                sent += _closed(window, api_url, ledger, topic, clock())
        except Exception as error:  # noqa: BLE001 - raised below, with the others
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} windows could not be closed and will be tried again", errors)
    return sent


def _closed(window: Window, api_url: str, ledger: AlertLedger, topic: AlertTopic, now: datetime) -> bool:
    """Close one window; return whether a digest was sent. A held window counts no more, so the digest is complete."""
    if window.held_until is not None and now < window.held_until:
        return False
    if window.count == 0:
        ledger.forget(window)
        return False
    held = window.held(now + HOLD)
    if not ledger.hold(held):
        return False
    topic.publish(digest_notification(held, api_url))
    record_delivery(lambda: ledger.forget(held))
    return True
