"""What every capability stands on: settings, AWS clients, the clock, the queues, the event bus."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.clients import AwsClients
from chalicelib.aws.observability import Tracer, tracer
from chalicelib.aws.settings import Settings
from chalicelib.core.clock import Clock, utc_now

if TYPE_CHECKING:
    from chalicelib.aws.eventbridge import EventBridgeBus
    from chalicelib.aws.failure_log import FailureLog
    from chalicelib.aws.sqs import SQSDeadLetterWriter, SQSQueues


class Platform:
    """One deployment. Settings that are not given are read from the environment when they are first needed.

    Each part is made once, when it is first asked for, and may be replaced by assigning another.
    """

    def __init__(
        self, settings: Settings | None = None, clients: AwsClients | None = None, clock: Clock = utc_now
    ) -> None:
        self._settings = settings
        self.clients = clients or AwsClients()
        self.clock = clock

    @cached_property
    def settings(self) -> Settings:
        """The deployment's stage, account and region."""
        return self._settings or Settings.from_environment()

    @cached_property
    def queues(self) -> "SQSQueues":
        """Any queue of this account."""
        from chalicelib.aws.sqs import SQSQueues

        return SQSQueues(self.clients.sqs)

    @cached_property
    def failure_log(self) -> "FailureLog":
        """Why messages failed."""
        from chalicelib.aws.failure_log import DynamoDBFailureLog

        return DynamoDBFailureLog(self.clients.dynamodb, self.settings.name("failures"), self.clock)

    @cached_property
    def event_bus(self) -> "EventBridgeBus":
        """The bus of this stage."""
        from chalicelib.aws.eventbridge import EventBridgeBus

        return EventBridgeBus(self.clients.events, self.settings.bus)

    def dead_letter_writer(self, queue: str) -> "SQSDeadLetterWriter":
        """A dead-letter queue by its short name, to write to."""
        from chalicelib.aws.sqs import SQSDeadLetterWriter

        return SQSDeadLetterWriter(self.queues, self.settings.name(queue))

    def tracer(self) -> Tracer:
        """Makes subsegments of the current trace; call it in the thread that has the trace."""
        return tracer(traced=self.settings.traced)
