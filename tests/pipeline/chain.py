"""The chain on fakes: every use case, every queue between them, and one fault at a time wherever a test wants it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.domain.alerts import Policy
from chalicelib.domain.image import UploadedImage
from chalicelib.errors import CompactionFailed, MessagesFailed
from chalicelib.events import AnyInspectionFact
from chalicelib.messages import Message, each_message, settle
from chalicelib.ports import StoredImage
from chalicelib.stages.alerting import raise_alert, send_digests
from chalicelib.stages.archiving import archive
from chalicelib.stages.compacting import compact
from chalicelib.stages.inspection import inspect_image
from chalicelib.stages.lost_images import note_lost_images
from chalicelib.stages.relay import relay_changes
from chalicelib.triggers import fact_in, uploads_in
from tests.fakes import (
    JPEG,
    NOON,
    FakeAlertLedger,
    FakeCauses,
    FakeClock,
    FakeDeadLetters,
    FakeImages,
    FakeInspections,
    FakeLake,
    FakeModel,
    FakeModels,
    FakeTopic,
    an_upload,
)
from tests.pipeline.memory_queues import MemoryQueues
from tests.stages.interleaving import Died, Order

API = "https://api.example.com"
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Fault:
    """What becomes of the `at`-th call, from 1, whose name begins with `call`."""

    order: Order
    call: str = ""
    at: int = 1


NONE = Fault(Order.GO)


@dataclass
class Shaken:
    """A port whose calls are counted; the one that a test has chosen goes wrong."""

    port: Any
    chain: "Chain"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            order = self.chain.next_order(name)
            if order in (Order.FAIL_BEFORE, Order.DIE_BEFORE):
                raise _end_of(order)
            answer = getattr(self.port, name)(*arguments)
            if order is not Order.GO:
                raise _end_of(order)
            return answer

        return call


def _end_of(order: Order) -> BaseException:
    return Died() if order in (Order.DIE_BEFORE, Order.DIE_AFTER) else ConnectionError(order.name)


@dataclass
class Bus:
    """Puts each fact on the queues of its rules, one after the other: it may go wrong in between."""

    queues: Any

    def publish(self, facts: Sequence[AnyInspectionFact]) -> None:
        for fact in facts:
            body = json.dumps({"detail": fact.model_dump(mode="json")})
            self.queues.put("results", body)
            self.queues.put("alerts", body)


@dataclass
class Chain:
    """A plant in memory. Each of its handlers does its part for one batch, and then the queues know what is left."""

    clock: FakeClock = field(default_factory=FakeClock)
    images: FakeImages = field(default_factory=FakeImages)
    models: FakeModels = field(default_factory=FakeModels)
    inspections: FakeInspections = field(default_factory=FakeInspections)
    lake: FakeLake = field(default_factory=FakeLake)
    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    topic: FakeTopic = field(default_factory=FakeTopic)
    causes: FakeCauses = field(default_factory=FakeCauses)
    letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    relayed: int = 0
    unsure: Counter[str] = field(default_factory=Counter)
    """How often it stayed unknown whether people were told, by alert id."""
    struck: bool = False
    """Whether the latest run of a handler met its fault."""
    _fault: Fault = NONE
    _calls: int = 0

    def __post_init__(self) -> None:
        self.models.models |= {"rings": FakeModel(anomaly_probability=0.9), "bolts": FakeModel()}
        self.queues = MemoryQueues(self.clock, {"inspection": 5, "results": 5, "alerts": 30, "inspection-dlq": 10**6})

    @property
    def bus(self) -> Bus:
        """Tells the queues, one fact after the other."""
        return Bus(self._shaken(self.queues))

    def next_order(self, name: str) -> Order:
        """What becomes of the call that is about to be made; who is dead makes no more."""
        if self.struck:
            return Order.DIE_BEFORE if self._fault.order in (Order.DIE_BEFORE, Order.DIE_AFTER) else Order.GO
        self._calls += name.startswith(self._fault.call)
        self.struck = self._calls == self._fault.at
        return self._fault.order if self.struck else Order.GO

    @contextmanager
    def going_wrong(self, fault: Fault) -> Iterator[None]:
        """Let a call made within go wrong. It ends the handler's run; the queues know what is left to do."""
        self._fault, self._calls, self.struck, told = fault, 0, False, len(self.topic.told)
        with suppress(Died, ConnectionError, MessagesFailed, CompactionFailed, ExceptionGroup):
            yield
        if self.struck:
            self.unsure.update(str(notice.attributes["alert_id"]) for notice in self.topic.told[told:])

    def upload(self, name: str, project: str, content: bytes = JPEG) -> UploadedImage:
        """Put an image into the bucket, which announces it."""
        image = an_upload(f"images/{project}/line-1/cam-1/2026-03-14/{name}", uploaded_at=self.clock())
        self.images.stored[image.key, image.etag] = StoredImage(content, "image/jpeg", {})
        stored = {"key": image.key, "eTag": image.etag, "size": image.size_bytes}
        record = {"eventTime": NOON.isoformat(), "s3": {"bucket": {"name": image.bucket}, "object": stored}}
        self.queues.put("inspection", json.dumps({"Records": [record]}))
        return image

    def inspect_images(self, messages: Sequence[Message]) -> None:
        images, models, inspections = (self._shaken(port) for port in (self.images, self.models, self.inspections))

        def handle(message: Message) -> None:
            for image in uploads_in(message):
                inspect_image(image, images=images, models=models, inspections=inspections, clock=self.clock)

        each_message(messages, handle, queues=self._shaken(self.queues), causes=self._shaken(self.causes))

    def note_lost_images(self, messages: Sequence[Message]) -> None:
        inspections, unreadable = self._shaken(self.inspections), self._shaken(self.letters)

        def handle(message: Message) -> None:
            note_lost_images(
                message.body,
                lambda: uploads_in(message),
                cause=self.causes.find(message.message_id),
                tried_at=NOON,
                inspections=inspections,
                unreadable=unreadable,
            )

        each_message(messages, handle, queues=self._shaken(self.queues), causes=None)

    def relay(self, most: int) -> None:
        """Tell of up to `most` changes; they come again when that fails."""
        changes: Any = self.inspections.changes[self.relayed : self.relayed + most]
        letters = self._shaken(self.letters)
        relay_changes(changes, translate=lambda change: change, bus=self.bus, dead_letters=letters)  # type: ignore[arg-type, return-value]
        self.relayed += len(changes)

    def archive_results(self, messages: Sequence[Message]) -> None:
        outcomes = archive([fact_in(message) for message in messages], lake=self._shaken(self.lake))
        told = list(zip(messages, outcomes, strict=True))
        settle(told, queues=self._shaken(self.queues), causes=self._shaken(self.causes))

    def raise_alerts(self, messages: Sequence[Message]) -> None:
        ledger, topic = self._shaken(self.ledger), self._shaken(self.topic)

        def handle(message: Message) -> None:
            raise_alert(
                fact_in(message),
                policy=Policy(),
                length=WINDOW,
                api_url=API,
                ledger=ledger,
                topic=topic,
                clock=self.clock,
            )

        each_message(messages, handle, queues=self._shaken(self.queues), causes=self._shaken(self.causes))

    def send_digests(self) -> None:
        ledger, topic = self._shaken(self.ledger), self._shaken(self.topic)
        send_digests(api_url=API, ledger=ledger, topic=topic, clock=self.clock)

    def compact_lake(self) -> None:
        compact(lake=self._shaken(self.lake))

    def _shaken(self, port: object) -> Any:
        return Shaken(port, self)
