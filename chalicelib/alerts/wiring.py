"""Builds the alerts capability."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.alerts.ports import AlertTopic
from chalicelib.alerts.settings import AlertSettings
from chalicelib.aws.platform import Platform
from chalicelib.core.events import AnyInspectionEvent, DayInspected, DriftFound
from chalicelib.inspections.ports import DeadLetterWriter
from chalicelib.shifts.wiring import ShiftsWiring

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.alerts.dynamodb import DynamoDBAlertLedger
    from chalicelib.alerts.ports import ProjectRules
    from chalicelib.alerts.raise_alert import AlertOutcome
    from chalicelib.alerts.rules import ProjectAlerts, StageAlerts
    from chalicelib.alerts.set_rules import NewRules, Reset, RuleStorage


class AlertsWiring:
    """The ledger, the topic, and the use cases on them."""

    def __init__(self, platform: Platform, shifts: ShiftsWiring) -> None:
        self.platform = platform
        self._shifts = shifts

    @cached_property
    def settings(self) -> AlertSettings:
        """The settings of alerts, from the environment."""
        return AlertSettings.from_environment()

    @cached_property
    def stage_rules(self) -> "StageAlerts":
        """The rules that the deployment set."""
        from chalicelib.alerts.rules import Policy, StageAlerts

        settings = self.settings
        return StageAlerts(Policy.parse(settings.confidence), settings.window, settings.largest_confidence)

    @cached_property
    def rules(self) -> "ProjectRules":
        """The rules that people set for their projects."""
        from chalicelib.alerts.rule_table import DynamoDBProjectRules

        return DynamoDBProjectRules(self.platform.clients.dynamodb, self.platform.settings.name("alert-rules"))

    @cached_property
    def _rule_storage(self) -> "RuleStorage":
        from chalicelib.alerts.set_rules import RuleStorage

        return RuleStorage(self.stage_rules, self.rules, self._shifts.hosting, self.platform.clock)

    @cached_property
    def show_rules(self) -> "Callable[[str, Grant], ProjectAlerts]":
        """When the lines of a project alert."""
        from chalicelib.alerts.set_rules import show_rules

        return partial(show_rules, storage=self._rule_storage)

    @cached_property
    def set_rules(self) -> "Callable[[str, NewRules, Grant], ProjectAlerts]":
        """Set when the lines of a project alert."""
        from chalicelib.alerts.set_rules import set_rules

        return partial(set_rules, storage=self._rule_storage)

    @cached_property
    def reset_rules(self) -> "Callable[[str, Reset, Grant], ProjectAlerts]":
        """Let the stage's settings hold for a project again."""
        from chalicelib.alerts.set_rules import reset_rules

        return partial(reset_rules, storage=self._rule_storage)

    @cached_property
    def forget_rules(self) -> "Callable[[str, Grant], None]":
        """Reset the rules of a project that is being deleted."""
        from chalicelib.alerts.set_rules import forget_rules

        return partial(forget_rules, rules=self.rules, clock=self.platform.clock)

    @cached_property
    def ledger(self) -> "DynamoDBAlertLedger":
        """Which alerts were handled, and what was sent by which channel."""
        from chalicelib.alerts.dynamodb import DynamoDBAlertLedger

        name = self.platform.settings.name
        return DynamoDBAlertLedger(
            self.platform.clients.dynamodb,
            claims=name("alert-claims"),
            windows=name("alert-windows"),
            clock=self.platform.clock,
        )

    @cached_property
    def topic(self) -> AlertTopic:
        """All ways to people: the topic to which they subscribe, and mails in HTML where a sender is set."""
        from chalicelib.alerts.channels import Channels

        topic, settings = self.sns_topic, self.settings
        return Channels({"topic": topic, "mail": self.mails}, self.ledger) if settings.mails else topic

    @cached_property
    def mails(self) -> AlertTopic:
        """Mails in HTML."""
        from chalicelib.alerts.ses import SESMails

        settings = self.settings
        return SESMails(self.platform.clients.ses_once, sender=settings.sender, recipient=settings.recipient)

    @cached_property
    def sns_topic(self) -> AlertTopic:
        """The topic to which people subscribe."""
        from chalicelib.alerts.sns import SNSTopic

        client, settings = self.platform.clients.sns_once, self.platform.settings
        arn = f"arn:{client.meta.partition}:sns:{settings.region}:{settings.account}:{settings.name('alerts')}"
        return SNSTopic(client, arn)

    @cached_property
    def dead_letters(self) -> DeadLetterWriter:
        """Where windows go that cannot be read."""
        return self.platform.dead_letter_writer("alerts-dlq")

    @cached_property
    def raise_alert(self) -> "Callable[[AnyInspectionEvent], AlertOutcome]":
        """Send an alert for one event, or count it for the digest."""
        from chalicelib.alerts.raise_alert import raise_alert
        from chalicelib.alerts.remember_rules import RememberedRules

        return partial(
            raise_alert,
            rule_of=RememberedRules(self.stage_rules, self.rules, self.platform.clock).rule_of,
            api_url=self.settings.api_url,
            ledger=self.ledger,
            topic=self.topic,
            clock=self.platform.clock,
        )

    @cached_property
    def raise_notice(self) -> "Callable[[DayInspected | DriftFound], AlertOutcome]":
        """Send the summary of a day, or that a camera changed."""
        from chalicelib.alerts.raise_alert import raise_notice

        return partial(
            raise_notice,
            api_url=self.settings.api_url,
            length=self.settings.window,
            ledger=self.ledger,
            topic=self.topic,
            clock=self.platform.clock,
        )

    @cached_property
    def send_digests(self) -> Callable[[], int]:
        """Send the digests of the closed windows."""
        from chalicelib.alerts.send_digests import send_digests

        return partial(
            send_digests,
            api_url=self.settings.api_url,
            ledger=self.ledger,
            topic=self.topic,
            dead_letters=self.dead_letters,
            clock=self.platform.clock,
        )
