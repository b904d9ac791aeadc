"""Turn events into alerts: send a line's first of each verdict at once, count the next for the window's digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.alerts.domain import HOLD, Alert, Claim, Span, State, Window
from chalicelib.alerts.notifications import Notification, alert_notification, notice_notification
from chalicelib.alerts.ports import AlertLedger, AlertTopic
from chalicelib.alerts.record_delivery import record_delivery
from chalicelib.alerts.rules import AlertRule
from chalicelib.aws.observability import log_failure
from chalicelib.core.clock import Clock
from chalicelib.core.errors import AlertInFlight, LedgerBusy
from chalicelib.core.events import AnyInspectionEvent, DayInspected, DriftFound

ATTEMPTS = 10
"""How often a worker tries while others change the same window."""
SUMMARIES = "end-of-day"
"""The line of the windows of summaries."""


class AlertOutcome(StrEnum):
    """The outcome for an event."""

    QUIET = "nobody needs to know"
    SENT = "sent"
    COUNTED = "counted"
    KNOWN = "sent or counted before"


def raise_alert(
    event: AnyInspectionEvent,
    *,
    rule_of: Callable[[str, str], AlertRule],
    api_url: str,
    ledger: AlertLedger,
    topic: AlertTopic,
    clock: Clock,
) -> AlertOutcome:
    """Handle one event, by the rule of its project and line.

    This can stop at any point and run again, in several workers at once.

    An event that alerts gets one claim, in one transaction with the window. Either the claim is `counted`, and the
    work is done, or this worker holds it (`held`), publishes the alert and marks it as sent. `AlertInFlight` when
    another worker holds the claim: that worker may still die, so the event must be delivered again.
    """
    rule = rule_of(event.inspection.project, event.inspection.line)
    kind = rule.kind_of(event.inspection)
    if kind is None:
        return AlertOutcome.QUIET
    alert = Alert(event.event_id, kind, event.inspection)
    claim, new = _entered(alert, rule.window, ledger, clock)
    return _handled(claim, new, alert_notification(alert, api_url), ledger, topic, clock)


def raise_notice(
    event: DayInspected | DriftFound,
    *,
    api_url: str,
    length: timedelta,
    ledger: AlertLedger,
    topic: AlertTopic,
    clock: Clock,
) -> AlertOutcome:
    """Send a notice, not of one image. It has a window of its own, which counts nothing; else as `raise_alert`."""
    claim, new = _notice_entered(event, length, ledger, clock)
    return _handled(claim, new, notice_notification(event, api_url), ledger, topic, clock)


def _entered(alert: Alert, length: timedelta, ledger: AlertLedger, clock: Clock) -> tuple[Claim, bool]:
    """The alert's claim, and whether it is new."""
    span = Span.around(clock(), alert.inspection, length)
    for _ in range(ATTEMPTS):
        known, window = ledger.look(alert.alert_id, span)
        if known is not None:
            return known, False
        if window is not None and window.held_until is not None:
            span = span.following
            continue
        claim, changed = _next(alert, span, window, clock())
        if ledger.enter(claim, changed):
            return claim, True
    raise LedgerBusy(f"the alerts of {span.project}/{span.line} are changing too fast to add {alert.alert_id}")


def _next(alert: Alert, span: Span, window: Window | None, now: datetime) -> tuple[Claim, Window]:
    """The claim and the window to store: the first alert opens the window, which counts the others."""
    if window is None:
        return Claim(alert.alert_id, State.HELD, now + HOLD), Window(span=span, opened_by=alert.alert_id)
    return Claim(alert.alert_id, State.COUNTED, now), window.counting(alert)


def _notice_entered(
    event: DayInspected | DriftFound, length: timedelta, ledger: AlertLedger, clock: Clock
) -> tuple[Claim, bool]:
    """The notice's claim, and whether it is new."""
    line = SUMMARIES if isinstance(event, DayInspected) else event.event_id
    span = Span(event.project, line, event.occurred_at, length)
    known, _ = ledger.look(event.event_id, span)
    if known is not None:
        return known, False
    claim = Claim(event.event_id, State.HELD, clock() + HOLD)
    if not ledger.enter(claim, Window(span=span, opened_by=event.event_id)):
        raise AlertInFlight(f"notice {event.event_id} is being sent by another worker")
    return claim, True


def _handled(
    claim: Claim, new: bool, notification: Notification, ledger: AlertLedger, topic: AlertTopic, clock: Clock
) -> AlertOutcome:
    """Send what this worker holds, or takes over from one that died."""
    match claim.state:
        case State.COUNTED:
            return AlertOutcome.COUNTED if new else AlertOutcome.KNOWN
        case State.SENT:
            return AlertOutcome.KNOWN
        case State.HELD:
            _send(notification, claim if new else _taken_over(claim, ledger, clock()), ledger, topic)
            return AlertOutcome.SENT


def _taken_over(claim: Claim, ledger: AlertLedger, now: datetime) -> Claim:
    held = replace(claim, held_until=now + HOLD)
    if now < claim.held_until or not ledger.change(claim, held):
        raise AlertInFlight(f"alert {claim.alert_id} is being sent by another worker")
    return held


def _send(notification: Notification, claim: Claim, ledger: AlertLedger, topic: AlertTopic) -> None:
    """Publish and mark as sent. If SNS does not confirm, release the claim so that the next delivery need not wait."""
    try:
        topic.publish(notification)
    except Exception:
        ledger.change(claim, replace(claim, held_until=claim.held_until - HOLD))
        raise
    try:
        record_delivery(lambda: ledger.change(claim, replace(claim, state=State.SENT)))
    except Exception as error:  # noqa: BLE001 - people were alerted: raising would certainly alert them again
        log_failure("alert sent but not marked", error, alert_id=claim.alert_id)
