"""Builds the hosting capability."""

import os
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.hosting.backlog import Backlogs
from chalicelib.hosting.follow import Hosting
from chalicelib.hosting.ports import Mappings, ModelCheck, ModelEvents, ProjectQueues, QueueAges
from chalicelib.models.wiring import ModelsWiring
from chalicelib.projects.wiring import ProjectsWiring

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.hosting.find_queue import Queue

CANARY = "LINEWATCH_CANARY"
"""`yes` where inspect_images has the alias that releases by canary move."""


KEEP_WARM = "LINEWATCH_KEEP_WARM"
"""`yes` where a worker is kept ready for each hosted version."""


class HostingWiring:
    """The queues of projects and who reads them."""

    def __init__(self, platform: Platform, projects: ProjectsWiring, models: ModelsWiring) -> None:
        self.platform = platform
        self._projects = projects
        self._models = models

    @cached_property
    def queues(self) -> ProjectQueues:
        """The queues of projects."""
        from chalicelib.hosting.sqs import SQSProjectQueues

        settings = self.platform.settings
        return SQSProjectQueues(
            self.platform.clients.sqs,
            stage=settings.stage,
            prefix=settings.project_queues,
            pattern=settings.name("inspection"),
            dead_letters=settings.name("inspection-dlq"),
            failure_log=self.platform.failure_log,
        )

    @cached_property
    def mappings(self) -> Mappings:
        """The mappings of queues to inspect_images."""
        from chalicelib.hosting.lambda_mappings import LambdaMappings

        return LambdaMappings(
            self.platform.clients.functions,
            function=self._inspector,
            queue_arn=self.platform.arn("sqs", ""),
            prefix=self.platform.settings.project_queues,
        )

    @cached_property
    def check(self) -> ModelCheck:
        """The test of a version by inspect_images."""
        from chalicelib.hosting.model_check import LambdaModelCheck

        return LambdaModelCheck(self.platform.clients.functions_once, self._inspector)

    @cached_property
    def keep_warm(self) -> bool:
        """Whether each hosted version is tested every few minutes, so that one worker stays ready."""
        return os.environ.get(KEEP_WARM) == "yes"

    @property
    def _inspector(self) -> str:
        alias = ":live" if os.environ.get(CANARY) == "yes" else ""
        return self.platform.arn("lambda", f"function:{self.platform.settings.name('inspect_images')}{alias}")

    @cached_property
    def bus(self) -> ModelEvents:
        """The event bus."""
        return self.platform.event_bus

    @cached_property
    def hosting(self) -> Hosting:
        """What makes the wanted hosting real."""
        return Hosting(
            registry=self._projects.registry,
            live=self._models.live_versions,
            files=self._projects.files,
            queues=self.queues,
            mappings=self.mappings,
            check=self.check,
            bus=self.bus,
            queue_of=self.platform.settings.project_queue,
            clock=self.platform.clock,
        )

    @cached_property
    def ages(self) -> QueueAges:
        """How long images wait."""
        from chalicelib.hosting.cloudwatch import CloudWatchQueueAges

        return CloudWatchQueueAges(self.platform.clients.cloudwatch, self.platform.clock)

    @cached_property
    def find_queue(self) -> "Callable[[str, Grant], Queue]":
        """Find how many images of a project wait."""
        from chalicelib.hosting.find_queue import find_queue

        platform = self.platform
        return partial(
            find_queue,
            queue_of=platform.settings.project_queue,
            waiting=platform.queues.waiting_if_there,
            ages=self.ages,
        )

    @cached_property
    def backlogs(self) -> Backlogs:
        """Since when images wait. A new worker of the function begins to count anew."""
        return Backlogs(self.platform.clock)
