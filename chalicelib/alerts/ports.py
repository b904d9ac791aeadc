"""What alerts need of the outside: a ledger of what was sent, and a topic that people subscribe to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.alerts.domain import Claim, Span, Window
from chalicelib.alerts.notifications import Notification


class AlertLedger(Protocol):
    """Which alerts were handled, and the windows that count them. A window follows the one stored if it is the next
    revision of the same window, or the first where none is stored."""

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        """The alert's claim and the line's window."""
        ...

    def enter(self, claim: Claim, window: Window) -> bool:
        """Store both if the alert has no claim and the window follows the one stored; else neither, and False."""
        ...

    def change(self, claim: Claim, changed: Claim) -> bool:
        """Store `changed` if `claim` is what is stored."""
        ...

    def due(self, now: datetime) -> Sequence[Window]:
        """Windows that have closed."""
        ...

    def hold(self, window: Window) -> bool:
        """Store the window if it follows the one stored."""
        ...

    def forget(self, window: Window) -> None:
        """Remove the window if it is what is stored."""
        ...


class AlertTopic(Protocol):
    """People who subscribed."""

    def publish(self, notification: Notification) -> None:
        """Send to all, in one attempt. After an error nobody may have received it, or everybody."""
        ...
