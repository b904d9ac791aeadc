"""What every capability uses: settings, AWS clients, the clock, the queues, the event bus."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.clients import AwsClients
from chalicelib.aws.observability import Tracer, tracer
from chalicelib.aws.settings import Settings
from chalicelib.core.clock import Clock, utc_now

if TYPE_CHECKING:
    from chalicelib.aws.eventbridge import EventBridgeBus
    from chalicelib.aws.failure_log import FailureLog
    from chalicelib.aws.large_bodies import LargeBodies
    from chalicelib.aws.links import S3Links
    from chalicelib.aws.sqs import SQSDeadLetterWriter, SQSQueues
    from chalicelib.core.small_picture import SmallPictures


class Platform:
    """The shared parts of one deployment. Without `settings`, they are read from the environment on first use.

    Each part is made once, on first use. Assign another object to replace it.
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
        """The queues of this account, by name."""
        from chalicelib.aws.sqs import SQSQueues

        return SQSQueues(self.clients.sqs)

    @cached_property
    def failure_log(self) -> "FailureLog":
        """The last error of each failed message."""
        from chalicelib.aws.failure_log import DynamoDBFailureLog

        return DynamoDBFailureLog(self.clients.dynamodb, self.settings.name("failures"), self.clock)

    @cached_property
    def event_bus(self) -> "EventBridgeBus":
        """The bus of this stage."""
        from chalicelib.aws.eventbridge import EventBridgeBus

        return EventBridgeBus(self.clients.events, self.settings.bus)

    @cached_property
    def large_bodies(self) -> "LargeBodies":
        """Texts that are too long for an item, an event or a message."""
        from chalicelib.aws.large_bodies import LargeBodies

        return LargeBodies(self.clients.s3, self.settings.bucket)

    @cached_property
    def links(self) -> "S3Links":
        """Presigned links to objects."""
        from chalicelib.aws.links import S3Links

        return S3Links(self.clients.s3_signer, self.clock)

    @cached_property
    def pictures(self) -> "SmallPictures":
        """The function that makes small pictures."""
        from chalicelib.aws.picture_function import FunctionPictures

        return FunctionPictures(self.clients.functions_at_once, self.settings.name("inspect_at_once"))

    def dead_letter_writer(self, queue: str) -> "SQSDeadLetterWriter":
        """A writer for the dead-letter queue with this short name, such as `relay-dlq`."""
        from chalicelib.aws.sqs import SQSDeadLetterWriter

        return SQSDeadLetterWriter(self.queues, self.settings.name(queue), self.large_bodies)

    def arn(self, service: str, name: str) -> str:
        """The ARN of a resource of this account and region, such as (`sqs`, the name of a queue)."""
        partition = self.clients.session.get_partition_for_region(self.settings.region)
        return f"arn:{partition}:{service}:{self.settings.region}:{self.settings.account}:{name}"

    def tracer(self) -> Tracer:
        """The tracer of the current invocation. Call this in the thread that has the trace."""
        return tracer(traced=self.settings.traced)
