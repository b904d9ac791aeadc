"""The alert ledger and the topic in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.alerts.domain import Claim, Span, Window
from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.rules import ProjectAlerts
from chalicelib.core.unreadable import Unreadable


@dataclass
class FakeAlertLedger:
    """Claims by alert id, windows by name."""

    claims: dict[str, Claim] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    broken: list[Unreadable] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)

    def find(self, alert_id: str) -> Claim | None:
        return self.claims.get(alert_id)

    def is_sent(self, delivery: str) -> bool:
        return delivery in self.deliveries

    def mark_sent(self, delivery: str) -> None:
        self.deliveries.append(delivery)

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        return self.claims.get(alert_id), self.windows.get(span.name)

    def enter(self, claim: Claim, window: Window) -> bool:
        if claim.alert_id in self.claims or not self.hold(window):
            return False
        self.claims[claim.alert_id] = claim
        return True

    def change(self, claim: Claim, changed: Claim) -> bool:
        if self.claims.get(claim.alert_id) != claim:
            return False
        self.claims[claim.alert_id] = changed
        return True

    def due(self, now: datetime) -> list[Window | Unreadable]:
        return [*self.broken, *(window for window in self.windows.values() if window.span.closes_at <= now)]

    def remove(self, unreadable: Unreadable) -> None:
        self.broken.remove(unreadable)

    def hold(self, window: Window) -> bool:
        stored = self.windows.get(window.span.name)
        known = None if stored is None else (stored.opened_by, stored.revision + 1)
        if (known or (window.opened_by, 1)) != (window.opened_by, window.revision):
            return False
        self.windows[window.span.name] = window
        return True

    def forget(self, window: Window) -> None:
        stored = self.windows.get(window.span.name)
        if stored is not None and (stored.opened_by, stored.revision) == (window.opened_by, window.revision):
            del self.windows[window.span.name]


@dataclass
class FakeProjectRules:
    """Rules by project; `reads` are the projects that were looked up."""

    stored: dict[str, ProjectAlerts] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def find(self, project: str) -> ProjectAlerts | None:
        self.reads.append(project)
        return self.stored.get(project)

    def put(self, rules: ProjectAlerts) -> bool:
        known = self.stored.get(rules.project)
        if (0 if known is None else known.revision) != rules.revision - 1:
            return False
        self.stored[rules.project] = rules
        return True


@dataclass
class FakeTopic:
    """Records the notifications; refuses while `broken`."""

    sent: list[Notification] = field(default_factory=list)
    broken: bool = False

    def publish(self, notification: Notification) -> None:
        if self.broken:
            raise ConnectionError("the topic is down")
        self.sent.append(notification)
