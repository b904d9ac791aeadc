"""From closed windows to digests."""

from datetime import datetime

from chalicelib.alerts.domain import HOLD, Window
from chalicelib.alerts.notifications import digest_notification
from chalicelib.alerts.ports import AlertLedger, AlertTopic
from chalicelib.alerts.record_delivery import record_delivery
from chalicelib.core.clock import Clock


def send_digests(*, api_url: str, ledger: AlertLedger, topic: AlertTopic, clock: Clock) -> int:
    """Close every window that is due, with a digest where one counted alerts; returns the digests sent.

    It may die anywhere and be run again. One that fails keeps no other waiting; all failures are raised at the end.
    """
    sent = 0
    failures: list[Exception] = []
    for window in ledger.due(clock()):
        try:
            sent += _closed(window, api_url, ledger, topic, clock())
        except Exception as error:  # noqa: BLE001 - raised below, with the others
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} windows could not be closed and will be tried again", failures)
    return sent


def _closed(window: Window, api_url: str, ledger: AlertLedger, topic: AlertTopic, now: datetime) -> bool:
    """Whether a digest was sent: nothing is counted any more from `hold` on, so what is sent is what was counted."""
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
