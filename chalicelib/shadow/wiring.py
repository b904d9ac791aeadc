"""Builds the capability of shadow runs."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.promotion.wiring import PromotionWiring

if TYPE_CHECKING:
    from chalicelib.core.events import AnyInspectionEvent
    from chalicelib.projects.shadow import Shadow
    from chalicelib.shadow.judge import JudgedBatch, Judging
    from chalicelib.shadow.ports import ShadowRules, ShadowVerdicts
    from chalicelib.shadow.run import Shadowing, ShadowProgress


class ShadowWiring:
    """The verdicts and rules of shadow runs, and the use cases. They read what comparisons read."""

    def __init__(self, platform: Platform, promotion: PromotionWiring) -> None:
        self.platform = platform
        self._promotion = promotion

    @cached_property
    def verdicts(self) -> "ShadowVerdicts":
        """The table of what shadow runs judged."""
        from chalicelib.shadow.dynamodb import DynamoDBShadowVerdicts

        platform = self.platform
        return DynamoDBShadowVerdicts(platform.clients.dynamodb, platform.settings.name("shadows"), platform.clock)

    @cached_property
    def rules(self) -> "ShadowRules":
        """The rules that send images to shadow runs."""
        from chalicelib.shadow.eventbridge import EventBridgeShadowRules

        platform, settings = self.platform, self.platform.settings
        return EventBridgeShadowRules(
            platform.clients.events,
            settings.bus,
            settings.shadow_rule,
            queue=platform.arn("sqs", settings.name("shadows")),
            dead_letters=platform.arn("sqs", settings.name("events-dlq")),
        )

    @cached_property
    def shadowing(self) -> "Shadowing":
        """What the use cases work on."""
        from chalicelib.shadow.run import Shadowing

        comparing = self._promotion.comparing
        return Shadowing(
            registry=comparing.registry,
            verdicts=self.verdicts,
            rules=self.rules,
            archive=comparing.archive,
            clock=comparing.clock,
        )

    @cached_property
    def estimate(self) -> Callable[..., float]:
        """How much a shadow run takes."""
        from chalicelib.shadow.run import estimate_shadow

        return partial(estimate_shadow, shadowing=self.shadowing)

    @cached_property
    def start(self) -> "Callable[..., Shadow]":
        """Have a version judge in the shadow."""
        from chalicelib.shadow.run import start_shadow

        return partial(start_shadow, shadowing=self.shadowing)

    @cached_property
    def stop(self) -> "Callable[..., Shadow]":
        """End a shadow run."""
        from chalicelib.shadow.run import stop_shadow

        return partial(stop_shadow, shadowing=self.shadowing)

    @cached_property
    def show(self) -> "Callable[..., ShadowProgress]":
        """Show how a shadow run stands."""
        from chalicelib.shadow.run import show_shadow

        return partial(show_shadow, shadowing=self.shadowing)

    @cached_property
    def judging(self) -> "Judging":
        """What the work of a shadow run needs."""
        from chalicelib.shadow.judge import Judging

        workbench = self._promotion.workbench
        return Judging(
            shadowing=self.shadowing, images=workbench.images, models=workbench.models, archive=self._archive
        )

    def batch(self) -> "JudgedBatch":
        """The judge of one batch."""
        from chalicelib.shadow.judge import JudgedBatch

        return JudgedBatch(self.judging)

    def _archive(self, event: "AnyInspectionEvent") -> None:
        """Send an event to the queue of the lake, past the bus: nobody else gets it."""
        from chalicelib.aws.eventbridge import message_of

        self.platform.queues.put(self.platform.settings.name("results"), message_of(event), {})
