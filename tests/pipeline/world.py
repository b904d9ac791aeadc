"""Linewatch's own handlers and adapters on moto, with a loop that does what AWS does between them.

Handlers are called as Lambda calls them, through app.py. moto has the queues, receive counts and rules; infra/ says
which handler reads which queue, app.py how many messages at a time. Time stops until the loop moves it. It is the time
of the whole process, so that handlers, SDK and moto agree on it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import time_machine

import app
from chalicelib.alerts.settings import AlertSettings
from chalicelib.aws.platform import Platform
from chalicelib.aws.settings import Settings
from chalicelib.composition import Linewatch
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import MessagesFailed
from chalicelib.daily.settings import DailySettings
from linewatch.operate.versions import import_and_start
from tests.pipeline import inside
from tests.pipeline.account import NUMBER, REGION, Account, client
from tests.pipeline.wire import Killed, Plan, Wire
from tests.support.builders import NOON
from tests.support.fake_hosting import FakeProjectQueues, follow_at_once
from tests.support.fake_projects import FakeTrainer

SCHEDULED = {
    "version": "0",
    "id": "0",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "account": NUMBER,
    "time": NOON.isoformat(),
    "region": REGION,
    "resources": [],
    "detail": {},
}
HOUR = 3600
ZONE = "Europe/Berlin"
"""Of the plant, whose day of NOON is that of UTC."""
MOST_FAILURES = 50
"""More failures than this mean that a handler will never succeed."""

_stages = count()


class Context:
    """The Lambda context of a handler."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class World:
    """One deployed stage without any work."""

    most_failures = MOST_FAILURES
    projects_are_read = False
    """Whether the queues of all projects are read when the world settles, not only those with an enabled mapping."""

    def __init__(self, account: Account, wire: Wire, time: time_machine.Traveller) -> None:
        self.account = account
        self.wire = wire
        self._environment = account.environment() | {"AWS_REGION": REGION}
        self.settings = Settings.from_environment(self._environment)
        self._clients = wire.clients
        self.failures: list[tuple[str, BaseException]] = []
        self.operations: set[str] = set()
        self.noticed: list[str] = []
        """What was missing, or there twice, in the middle of a scenario."""
        self._time = time
        self.trainer = FakeTrainer()
        self._relayed = 0
        sizes = {source.name: source.batch_size for source in app.app.event_sources if hasattr(source, "batch_size")}
        self._readers = {
            handler: (source["Properties"]["Queue"].rsplit(":", 1)[1], sizes[handler])
            for handler, function in account.functions().items()
            for source in function.get("Events", {}).values()
            if "Queue" in source["Properties"]
        }

    def start_cold(self) -> Linewatch:
        """Build Linewatch again, as a new worker does. The clients stay: they hold no state of Linewatch."""
        app.linewatch = Linewatch(Platform(self.settings, self._clients))
        app.linewatch.projects.trainer = self.trainer
        app.linewatch.inspections.readers = 1  # a conditional put of moto is none when two threads make it
        app.linewatch.alerts.settings = AlertSettings.from_environment(self._environment)
        app.linewatch.daily.settings = DailySettings(ZONE, api_url="https://api.example.com")
        return app.linewatch

    def mail_alerts(self, sender: str, recipient: str) -> None:
        """From now on, alerts go out as mails too."""
        self._environment |= {"LINEWATCH_ALERT_SENDER": sender, "LINEWATCH_ALERTS_EMAIL": recipient}
        self.start_cold()

    def upload(self, key: str, content: bytes, content_type: str = "image/png") -> None:
        """Put an image, as a camera does with its signed URL."""
        metadata = {"captured-at": NOON.isoformat(), "correlation-id": "c1"}
        bucket = self.settings.bucket
        client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type, Metadata=metadata)

    def settle(self) -> None:
        """Deliver all that is waiting, or will be after some time."""
        while self._relay() or sum(self._delivered()) or self._wait():
            pass

    def _delivered(self) -> Iterator[bool]:
        yield from (self.deliver(handler) for handler in self._readers)
        yield from (self.deliver_from("inspect_images", queue) for queue in self._project_queues())

    def _project_queues(self) -> list[str]:
        found = inside.queues if self.projects_are_read else inside.read_queues
        return found(self.settings.project_queues)

    def run_hourly(self, *handlers: str) -> None:
        """Run these scheduled handlers every hour, until each has run through, and settle each time."""
        waiting = list(handlers)
        while waiting:
            self.pass_by(HOUR)
            waiting = [handler for handler in waiting if self._invoke(handler, SCHEDULED) is None]
            self.settle()

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._time.shift(seconds)

    def deliver(self, handler: str) -> bool:
        """Give one batch to the handler, as Lambda does; False when none waits.

        When the handler returns, delete the messages but those that it says failed.
        """
        return self.deliver_from(handler, *self._readers[handler])

    def deliver_from(self, handler: str, queue: str, size: int = 10) -> bool:
        """The same from any queue."""
        messages: list[dict[str, Any]] = []
        while len(messages) < size and any(at < _now() for at in inside.waiting(queue)):
            messages += inside.receive(queue, min(10, size - len(messages)))
        if messages and (answer := self._invoke(handler, {"Records": messages})) is not None:
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            self.failures += [(handler, MessagesFailed(name)) for name in failed]
            for message in messages:
                if message["messageId"] not in failed:
                    inside.delete(queue, message["receiptHandle"])
        return bool(messages)

    def repeat(self, queue: str) -> None:
        """Announce again what is in a queue, as S3 may."""
        url = client("sqs").get_queue_url(QueueName=self.settings.name(queue))["QueueUrl"]
        for message in inside.messages(self.settings.name(queue)):
            client("sqs").send_message(QueueUrl=url, MessageBody=message.body)

    def follow(self, **detail: str) -> bool:
        """Run what makes the wanted hosting real, for one project or for all; False if it failed."""
        return self._invoke("follow_hosting", SCHEDULED | {"detail": detail}) is not None

    def lose_messages(self, queue: str) -> None:
        """Empty a queue."""
        inside.empty(self.settings.name(queue))

    def lose_changes(self) -> None:
        """Skip the new records of the table's stream."""
        self._relayed = len(self.changes())

    def lose_lake(self) -> None:
        """Delete every file of the lake."""
        bucket = self.settings.bucket
        for item in client("s3").list_objects_v2(Bucket=bucket, Prefix="lake/")["Contents"]:
            client("s3").delete_object(Bucket=bucket, Key=item["Key"])

    def changes(self) -> list[dict[str, Any]]:
        """All records of the table's stream."""
        return inside.changes(self.settings.name("inspections"))

    def _relay(self) -> bool:
        """Give the new records of the table's stream to the relay, and again when it fails."""
        records = self.changes()[self._relayed :]
        if records and self._invoke("relay_changes", {"Records": records}) is not None:
            self._relayed += len(records)
        return bool(records)

    def _wait(self) -> bool:
        """Let time pass until the next message becomes visible; False when there is none."""
        queues = [*(queue for queue, _ in self._readers.values()), *self._project_queues()]
        due = [at for queue in queues for at in inside.waiting(queue)]
        if due:
            self.pass_by(max(0.0, min(due) - _now()) + 1)
        return bool(due)

    def _invoke(self, handler: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """Call a handler; return its answer, None if it failed. A killed worker starts again without its state."""
        assert len(self.failures) < self.most_failures, self.failures
        try:
            with self.wire.watching(handler):
                answer: dict[str, Any] | None = getattr(app, handler)(event, Context())
        except Killed as death:
            self.start_cold()
            self.failures.append((handler, death))
        except Exception as error:  # noqa: BLE001 - like Lambda: record the failure and deliver the rest again
            self.failures.append((handler, error))
        else:
            return answer or {}
        return None


def host_in_shared_queue(linewatch: Linewatch, project: str, model_file: bytes) -> None:
    """Host a model of a project that has no queue of its own, as before `follow_hosting` made one."""
    linewatch.hosting.queues = FakeProjectQueues()
    follow_at_once(linewatch)
    import_and_start(linewatch.projects, project, model_file)


def _now() -> float:
    return utc_now().timestamp()


@contextmanager
def deployed(
    wire: Wire,
    plan: Plan = None,
    make: Callable[[Account, Wire, time_machine.Traveller], World] = World,
    **model_files: bytes,
) -> Iterator[World]:
    """A new stage at NOON with these models, by project; if there is a plan, its call fails."""
    composed = app.linewatch
    with time_machine.travel(NOON, tick=False) as time:
        world = make(Account(f"world-{next(_stages)}"), wire, time)
        wire.start()
        for project, model_file in model_files.items():
            host_in_shared_queue(world.start_cold(), project, model_file)
        world.start_cold()
        wire.start(plan)
        try:
            yield world
        finally:
            app.linewatch = composed
