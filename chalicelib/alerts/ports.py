"""What alerts need from outside: rules, a ledger of handled alerts, and a topic to which people subscribe."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from chalicelib.alerts.domain import Claim, Span, Window
from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.rules import ProjectAlerts
from chalicelib.core.unreadable import Unreadable


class AlertLedger(Protocol):
    """Which alerts were handled, and the windows that count them.

    A window follows the stored one if it is its next revision, or revision 1 where none is stored.
    """

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        """The alert's claim and the line's window."""
        ...

    def enter(self, claim: Claim, window: Window) -> bool:
        """Store both if the alert has no claim and the window follows the stored one; return whether it stored them."""
        ...

    def change(self, claim: Claim, changed: Claim) -> bool:
        """Store `changed` if the stored claim is `claim`; return whether it was stored."""
        ...

    def due(self, now: datetime) -> Iterable[Window | Unreadable]:
        """The windows that have closed, and those that cannot be read."""
        ...

    def remove(self, unreadable: Unreadable) -> None:
        """Remove a window that cannot be read."""
        ...

    def hold(self, window: Window) -> bool:
        """Store the window if it follows the stored one; return whether it was stored."""
        ...

    def forget(self, window: Window) -> None:
        """Delete the window if this revision is the stored one."""
        ...


class Claims(Protocol):
    """Which alerts were handled."""

    def find(self, alert_id: str) -> Claim | None:
        """The claim of an alert, by a consistent read; None if nothing alerted."""
        ...


class Deliveries(Protocol):
    """What was sent by which channel."""

    def is_sent(self, delivery: str) -> bool:
        """Whether this delivery was recorded, by a consistent read."""
        ...

    def mark_sent(self, delivery: str) -> None:
        """Record a delivery."""
        ...


class ProjectRules(Protocol):
    """The rules that people set, one record a project."""

    def find(self, project: str) -> ProjectAlerts | None:
        """The stored rules; None if nobody has set any. `UnreadableRecord`."""
        ...

    def put(self, rules: ProjectAlerts) -> bool:
        """Store the rules if they follow the stored revision; return whether it stored them."""
        ...


class AlertTopic(Protocol):
    """The topic to which people subscribe, or another way to them."""

    def publish(self, notification: Notification) -> None:
        """Send to all, in one attempt. After an error it is not known whether people received it."""
        ...
