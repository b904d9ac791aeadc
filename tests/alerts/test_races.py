"""Parallel workers, duplicates, errors and crashes at any call: no alert is lost, and none is sent twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.alerts.domain import Claim, State, Window
from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.raise_alert import raise_alert
from chalicelib.alerts.rules import AlertRule
from chalicelib.alerts.send_digests import send_digests
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from tests.support.builders import FakeClock, an_inspection
from tests.support.fake_alerts import FakeAlertLedger, FakeTopic
from tests.support.fake_inspections import FakeDeadLetterWriter
from tests.support.interleaving import Died, Order, Worker

API = "https://api.example.com"
WORKER_LIVES = timedelta(seconds=45)
VISIBILITY = timedelta(seconds=240)


@dataclass
class Job:
    """A worker and its event; `unconfirmed` is the alert id that SNS accepted and that is not recorded yet."""

    worker: Worker
    started: datetime
    event: AnyInspectionEvent | None
    unconfirmed: str = ""


@dataclass
class World:
    """The queue, the schedule, the workers, and the alerts that people got."""

    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    topic: FakeTopic = field(default_factory=FakeTopic)
    clock: FakeClock = field(default_factory=FakeClock)
    queue: list[tuple[datetime, AnyInspectionEvent]] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    lost_answers: Counter[str] = field(default_factory=Counter)

    def deliver(self, at: int) -> None:
        """Give one visible message to a new worker."""
        visible = [entry for entry in self.queue if entry[0] <= self.clock()]
        if not visible:
            return
        entry = visible[at % len(visible)]
        self.queue.remove(entry)
        self._start(entry[1])

    def schedule(self) -> None:
        """Start a run of send_digests."""
        self._start(None)

    def _start(self, event: AnyInspectionEvent | None) -> None:
        def work(worker: Worker) -> object:
            ledger, topic = worker.stepped(self.ledger), worker.stepped(self.topic)
            if event is None:
                return send_digests(
                    api_url=API, ledger=ledger, topic=topic, dead_letters=FakeDeadLetterWriter(), clock=self.clock
                )
            rule = AlertRule(window=timedelta(minutes=5))
            return raise_alert(
                event, rule_of=lambda *_: rule, api_url=API, ledger=ledger, topic=topic, clock=self.clock
            )

        self._settle(Job(Worker(work), self.clock(), event))

    def step(self, job: Job, order: Order = Order.GO) -> None:
        """Let one worker make one call, and note whether SNS's answer was recorded."""
        call, argument = job.worker.call, job.worker.argument
        effective = order not in (Order.FAIL_BEFORE, Order.DIE_BEFORE)
        if effective and call == "publish":
            self._answer_lost(job)
            job.unconfirmed = _id_of(argument)
        if effective and _written_by(call, argument) == job.unconfirmed:
            job.unconfirmed = ""
        if call == "publish" and order is Order.FAIL_AFTER:
            self._answer_lost(job)
        job.worker.step(order)
        self._settle(job)

    def _answer_lost(self, job: Job) -> None:
        if job.unconfirmed:
            self.lost_answers[job.unconfirmed] += 1
            job.unconfirmed = ""

    def _settle(self, job: Job) -> None:
        """Keep a worker that still runs; a message that was not handled is delivered again."""
        if not job.worker.over:
            self.jobs.append(job) if job not in self.jobs else None
            return
        if job in self.jobs:
            self.jobs.remove(job)
        self._answer_lost(job)
        if job.worker.error is not None and job.event is not None:
            died = isinstance(job.worker.error, Died)
            again = job.started + VISIBILITY if died else self.clock() + timedelta(seconds=2)
            self.queue.append((again, job.event))

    def pass_by(self, seconds: float) -> None:
        """Let time pass; Lambda ends the workers that run too long."""
        self.clock.pass_by(seconds)
        for job in [job for job in self.jobs if self.clock() >= job.started + WORKER_LIVES]:
            self.step(job, Order.DIE_BEFORE)

    def finish(self) -> None:
        """Continue without faults until nothing is left to do, within 30 minutes."""
        deadline = self.clock() + timedelta(minutes=30)
        while self.jobs or self.queue or self.ledger.windows:
            assert self.clock() < deadline, "work is left after 30 minutes"
            if self.jobs:
                self.step(self.jobs[0])
            elif any(due <= self.clock() for due, _ in self.queue):
                self.deliver(0)
            else:
                self.pass_by(60)
                self.schedule()


def _id_of(notification: Notification) -> str:
    return str(notification.attributes["alert_id"])


def _written_by(call: str, argument: object) -> str | None:
    """The alert or digest that a call to the ledger marks as sent."""
    match call, argument:
        case "change", Claim(alert_id, State.SENT):
            return alert_id
        case "forget", Window(opened_by=opener):
            return f"digest-{opener}"
        case _:
            return None


def check(world: World, events: list[AnyInspectionEvent]) -> None:
    """Each event that alerts was sent once: at once or in one digest. A copy is allowed only after a lost answer."""
    sent = {_id_of(notification): notification for notification in world.topic.sent}
    copies = Counter(_id_of(notification) for notification in world.topic.sent)
    assert all(notification == sent[_id_of(notification)] for notification in world.topic.sent)
    assert all(count <= 1 + world.lost_answers[alert_id] for alert_id, count in copies.items())
    for event in events:
        sent_in = [
            alert_id for alert_id, notification in sent.items() if event.inspection.inspection_id in notification.body
        ]
        assert len(sent_in) == int(event.inspection.verdict is not Verdict.NORMAL), (event.inspection.image_id, sent_in)


LIKELY = [Order.GO] * 12 + list(Order)
"""Most calls succeed, so that a story gets far enough for a fault to matter."""


def play(chance: Random, steps: int) -> None:
    """One story: events of a few lines, some delivered twice, then random steps."""
    verdicts = chance.choices(list(Verdict), [1, 6, 1, 1, 1], k=chance.randint(1, 6))
    lines = chance.choices(["line-1", "line-2"], [5, 1], k=len(verdicts))
    numbered = enumerate(zip(verdicts, lines, strict=True))
    events = [event_of(an_inspection(f"i{at}", verdict=verdict, line=line)) for at, (verdict, line) in numbered]
    world = World()
    world.queue = [
        (world.clock() + timedelta(seconds=chance.choice([0, 0, 0, 200, 299, 301])), event)
        for event in events + chance.choices(events, k=chance.randint(0, 3))
    ]
    for _ in range(steps):
        match chance.choices(["step", "deliver", "schedule", "time"], [14, 3, 1, 1])[0]:
            case "step" if world.jobs:
                world.step(chance.choice(world.jobs), chance.choice(LIKELY))
            case "schedule" if len(world.jobs) < 4:
                world.schedule()
            case "time":
                world.pass_by(chance.choice([1, 5, 30, 50, 240, 300]))
            case _ if len(world.jobs) < 4:
                world.deliver(chance.randrange(9))
    world.finish()
    check(world, events)


relaxed = settings(suppress_health_check=list(HealthCheck))


@settings(relaxed, max_examples=200)
@given(st.randoms(use_true_random=True))
def test_whatever_happens_each_alert_is_sent_once_or_counted_once(chance: Random) -> None:
    play(chance, 100)


@pytest.mark.long
@settings(relaxed, max_examples=10_000)
@given(st.randoms(use_true_random=True))
def test_whatever_happens_in_long_runs_each_alert_is_sent_once_or_counted_once(chance: Random) -> None:
    play(chance, 200)
