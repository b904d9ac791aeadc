"""From facts to alerts: the first of a line at once, the next ones counted for its window's digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.alerts import HOLD, Alert, Claim, Policy, Span, State, Window
from chalicelib.domain.notices import notice_of_alert, notice_of_digest
from chalicelib.errors import AlertInFlight, LedgerBusy
from chalicelib.events import AnyInspectionFact
from chalicelib.observability import tell_failure
from chalicelib.ports import AlertLedger, AlertTopic, Clock

ATTEMPTS = 10
"""How often a worker looks again when others change the same window."""


class Fate(StrEnum):
    """What became of a fact."""

    QUIET = "nobody needs to know"
    SENT = "sent"
    COUNTED = "counted"
    KNOWN = "sent or counted before"


def raise_alert(
    fact: AnyInspectionFact,
    *,
    policy: Policy,
    length: timedelta,
    api_url: str,
    ledger: AlertLedger,
    topic: AlertTopic,
    clock: Clock,
) -> Fate:
    """See to one fact. It may die anywhere and be run again, by several workers at once.

    A fact that alerts gets one claim, in one transaction with the window: either `counted`, and all is done, or
    `held` by this worker, who publishes and marks it sent. `AlertInFlight` when another worker holds it: it may
    still die, so the fact has to come again.
    """
    kind = policy.kind_of(fact.inspection)
    if kind is None:
        return Fate.QUIET
    alert = Alert(fact.event_id, kind, fact.inspection)
    claim, new = _entered(alert, length, ledger, clock)
    match claim.state:
        case State.COUNTED:
            return Fate.COUNTED if new else Fate.KNOWN
        case State.SENT:
            return Fate.KNOWN
        case State.HELD:
            held = claim if new else _taken_over(claim, ledger, clock())
            _send(alert, held, api_url, ledger, topic)
            return Fate.SENT


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
    """What to enter: the first alert opens the window, every other one is counted in it."""
    if window is None:
        return Claim(alert.alert_id, State.HELD, now + HOLD), Window(span=span, opened_by=alert.alert_id)
    return Claim(alert.alert_id, State.COUNTED, now), window.counting(alert)


def _taken_over(claim: Claim, ledger: AlertLedger, now: datetime) -> Claim:
    held = replace(claim, held_until=now + HOLD)
    if now < claim.held_until or not ledger.change(claim, held):
        raise AlertInFlight(f"alert {claim.alert_id} is being sent by another worker")
    return held


def _send(alert: Alert, claim: Claim, api_url: str, ledger: AlertLedger, topic: AlertTopic) -> None:
    """Publish and mark as sent; when SNS does not confirm, let go, so that the next delivery need not wait."""
    try:
        topic.publish(notice_of_alert(alert, api_url))
    except Exception:
        ledger.change(claim, replace(claim, held_until=claim.held_until - HOLD))
        raise
    try:
        _write_down(lambda: ledger.change(claim, replace(claim, state=State.SENT)))
    except Exception as error:  # noqa: BLE001 - people have been told: raised, it would tell them again for certain
        tell_failure("alert sent but not marked", error, alert_id=claim.alert_id)


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
    topic.publish(notice_of_digest(held, api_url))
    _write_down(lambda: ledger.forget(held))
    return True


def _write_down(write: Callable[[], object]) -> None:
    """Try twice: that people were told is known only here, and they are told again when it is not written down."""
    try:
        write()
    except Exception as error:  # noqa: BLE001 - raised by the second attempt if it lasts
        tell_failure("not written down that people were told; trying again", error)
        write()
