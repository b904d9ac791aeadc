"""The whole chain on fakes: every handler, the queues between them, and one injected fault at a time."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.alerts import handlers as alert_handlers
from chalicelib.alerts.settings import AlertSettings
from chalicelib.aws.platform import Platform
from chalicelib.aws.settings import Settings
from chalicelib.aws.sqs_batch import BatchAnswer, Message
from chalicelib.composition import Linewatch
from chalicelib.core.errors import CompactionFailed
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.inspections import handlers as inspection_handlers
from chalicelib.inspections.items import to_item
from chalicelib.inspections.ports import StoredImage
from chalicelib.inspections.publish import BusAndLake
from chalicelib.inspections.route import Routing
from chalicelib.lake import handlers as lake_handlers
from chalicelib.recovery import handlers as recovery_handlers
from tests.pipeline.memory_queues import MemoryQueues
from tests.support.builders import JPEG, NOON, FakeClock, an_upload
from tests.support.fake_alerts import FakeAlertLedger, FakeProjectRules, FakeTopic
from tests.support.fake_aws import FakeFailureLog
from tests.support.fake_inspections import FakeDeadLetterWriter, FakeImages, FakeInspections
from tests.support.fake_lake import FakeLake
from tests.support.fake_models import FakeModel, FakeModels
from tests.support.interleaving import Died, Order
from tests.support.sqs_events import sqs_event

OWN = "project-plates"
"""The queue of plates; the other projects have none."""
API = "https://api.example.com"
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Fault:
    """What happens to the `at`-th call, from 1, whose name begins with `call`."""

    order: Order
    call: str = ""
    at: int = 1


NONE = Fault(Order.GO)


@dataclass
class FaultyPort:
    """A port that counts its calls; the call that a test chose fails."""

    port: Any
    chain: "Chain"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            order = self.chain.next_order(name)
            if order in (Order.FAIL_BEFORE, Order.DIE_BEFORE):
                raise _end_of(order)
            answer = getattr(self.port, name)(*arguments, **named)
            if order is not Order.GO:
                raise _end_of(order)
            return answer

        return call


def _end_of(order: Order) -> BaseException:
    return Died() if order in (Order.DIE_BEFORE, Order.DIE_AFTER) else ConnectionError(order.name)


@dataclass
class Bus:
    """Puts each event on the queue of its rule, one after the other; it may fail in between."""

    queues: Any

    def publish(self, events: Sequence[AnyInspectionEvent]) -> list[tuple[AnyInspectionEvent, str]]:
        for event in events:
            self.queues.put("alerts", json.dumps({"detail": event.model_dump(mode="json")}))
        return []


@dataclass
class Chain:
    """The pipeline in memory. Each handler works on one batch; the queues hold what is left to do."""

    clock: FakeClock = field(default_factory=FakeClock)
    images: FakeImages = field(default_factory=FakeImages)
    models: FakeModels = field(default_factory=FakeModels)
    inspections: FakeInspections = field(default_factory=FakeInspections)
    lake: FakeLake = field(default_factory=FakeLake)
    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    topic: FakeTopic = field(default_factory=FakeTopic)
    failure_log: FakeFailureLog = field(default_factory=FakeFailureLog)
    dead_letters: FakeDeadLetterWriter = field(default_factory=FakeDeadLetterWriter)
    relayed: int = 0
    unsure: Counter[str] = field(default_factory=Counter)
    """How often it is not known whether people were alerted, by alert id."""
    struck: bool = False
    """Whether the fault happened in the latest run of a handler."""
    _fault: Fault = NONE
    _calls: int = 0

    def __post_init__(self) -> None:
        self.models.models |= {
            "rings": FakeModel(anomaly_probability=0.9),
            "seals": FakeModel(unfamiliar="unlike anything in training"),
            "bolts": FakeModel(),
        }
        receives = {"uploads": 10**6, "inspection": 5, OWN: 5, "results": 5, "alerts": 30, "inspection-dlq": 10**6}
        self.queues = MemoryQueues(self.clock, receives, dead={OWN: "inspection-dlq"})
        self.linewatch = self._composed()

    @property
    def publisher(self) -> BusAndLake:
        """The bus and the queue of the lake; each may fail between two events."""
        queues = FaultyPort(self.queues, self)

        def send_to_lake(bodies: Sequence[str]) -> None:
            for body in bodies:
                queues.put("results", body)

        return BusAndLake(Bus(queues), send_to_lake)

    def _composed(self) -> Linewatch:
        """Linewatch's own handlers and use cases on these fakes, each call of which may fail."""

        def faulty(port: object) -> Any:
            return FaultyPort(port, self)

        platform = Platform(
            Settings("test", "123456789012", "eu-west-1", traced=False, partial_batches=True), clock=self.clock
        )
        platform.queues, platform.failure_log = faulty(self.queues), faulty(self.failure_log)
        linewatch = Linewatch(platform)
        linewatch.models.registry = faulty(self.models)
        inspections = linewatch.inspections
        inspections.readers = 1
        inspections.route_images = Routing(platform.queues, lambda project: f"project-{project}", "inspection")
        inspections.images, inspections.table = faulty(self.images), faulty(self.inspections)
        inspections.publisher = self.publisher
        inspections.dead_letters = linewatch.recovery.unreadable = faulty(self.dead_letters)
        linewatch.lake.store = faulty(self.lake)
        linewatch.alerts.settings = AlertSettings(confidence="0.2", window=WINDOW, api_url=API)
        linewatch.alerts.dead_letters = faulty(self.dead_letters)
        linewatch.alerts.rules = faulty(FakeProjectRules())
        linewatch.alerts.ledger, linewatch.alerts.topic = faulty(self.ledger), faulty(self.topic)
        return linewatch

    def next_order(self, name: str) -> Order:
        """What happens to the next call. A dead worker makes no more calls."""
        if self.struck:
            return Order.DIE_BEFORE if self._fault.order in (Order.DIE_BEFORE, Order.DIE_AFTER) else Order.GO
        self._calls += name.startswith(self._fault.call)
        self.struck = self._calls == self._fault.at
        return self._fault.order if self.struck else Order.GO

    @contextmanager
    def going_wrong(self, fault: Fault) -> Iterator[None]:
        """Let one call in the block fail. It ends the handler's run; the queues hold what is left to do."""
        self._fault, self._calls, self.struck, sent = fault, 0, False, len(self.topic.sent)
        with suppress(Died, ConnectionError, CompactionFailed, ExceptionGroup):
            yield
        if self.struck:
            self.unsure.update(str(notification.attributes["alert_id"]) for notification in self.topic.sent[sent:])

    def upload(self, name: str, project: str, content: bytes = JPEG) -> UploadedImage:
        """Put an image into the bucket, which announces it."""
        image = an_upload(f"images/{project}/line-1/cam-1/2026-03-14/{name}", uploaded_at=self.clock())
        self.images.stored[image.key, image.etag] = StoredImage(content, "image/jpeg", {})
        stored = {"key": image.key, "eTag": image.etag, "size": image.size_bytes}
        record = {"eventTime": NOON.isoformat(), "s3": {"bucket": {"name": image.bucket}, "object": stored}}
        self.queues.put("uploads", json.dumps({"Records": [record]}))
        return image

    def route_images(self, messages: Sequence[Message]) -> BatchAnswer:
        return inspection_handlers.route_images(sqs_event(messages), self.linewatch.inspections)

    def inspect_images(self, messages: Sequence[Message]) -> BatchAnswer:
        return inspection_handlers.inspect_images(sqs_event(messages), self.linewatch.inspections)

    def note_lost_images(self, messages: Sequence[Message]) -> BatchAnswer:
        return recovery_handlers.note_lost_images(sqs_event(messages), self.linewatch.recovery)

    def relay(self, most: int) -> None:
        """Relay up to `most` changes; they are delivered again when that fails."""
        changes = self.inspections.changes[self.relayed : self.relayed + most]
        records = [{"eventName": "INSERT", "dynamodb": {"NewImage": to_item(change)}} for change in changes]
        inspection_handlers.relay_changes({"Records": records}, self.linewatch.inspections)
        self.relayed += len(changes)

    def archive_results(self, messages: Sequence[Message]) -> BatchAnswer:
        return lake_handlers.archive_results(sqs_event(messages), self.linewatch.lake)

    def raise_alerts(self, messages: Sequence[Message]) -> BatchAnswer:
        return alert_handlers.raise_alerts(sqs_event(messages), self.linewatch.alerts)

    def send_digests(self) -> None:
        alert_handlers.send_digests(self.linewatch.alerts)

    def compact_lake(self) -> None:
        lake_handlers.compact_lake(self.linewatch.lake)
