"""Messages may come twice, late, in any order and in any batches, and calls may fail: nothing is lost or doubled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.alerts.rules import AlertRule
from chalicelib.aws.sqs_batch import BatchAnswer
from chalicelib.core.inspection import LIVE, Verdict
from tests.pipeline.chain import NONE, OWN, Chain, Fault
from tests.support.builders import JPEG
from tests.support.fake_models import FakeModel
from tests.support.interleaving import Order
from tests.support.readable import readable

KINDS = {
    "plates": (JPEG, Verdict.NORMAL),
    "rings": (JPEG, Verdict.ANOMALOUS),
    "seals": (JPEG, Verdict.UNFAMILIAR),
    "bolts": (JPEG + b"broken", Verdict.REJECTED),
    "nuts": (JPEG, Verdict.NORMAL),
}
"""The content and the expected verdict of each project's images; `nuts` has no model before the story's end."""
READERS = {
    "uploads": "route_images",
    OWN: "inspect_images",
    "inspection": "inspect_images",
    "inspection-dlq": "note_lost_images",
    "results": "archive_results",
    "alerts": "raise_alerts",
}
PARTS = ("relay", *READERS, "compact_lake", "send_digests")


@dataclass(frozen=True)
class Turn:
    """New images, a message that comes twice; then every part works on a batch, and one call fails."""

    uploaded: Sequence[str]
    twice: tuple[str, int] | None
    parts: Sequence[str]
    fault: Fault
    size: int
    first: int
    seconds: int


CALLS = (
    "read",
    "live",
    "commit",
    "delete",
    "record",
    "find",
    "delay",
    "put",
    "write",
    "look",
    "enter",
    "change",
    "publish",
    "due",
    "hold",
    "forget",
    "compact",
    "",
)
"""The calls that may fail; the empty name is any call."""

faults = st.builds(
    Fault,
    order=st.sampled_from([order for order in Order if order is not Order.GO]),
    call=st.sampled_from(CALLS),
    at=st.sampled_from([1, 1, 2, 3]),
)
turns = st.builds(
    Turn,
    uploaded=st.lists(st.sampled_from(sorted(KINDS)), max_size=2),
    twice=st.none() | st.tuples(st.sampled_from(sorted(READERS)), st.integers(0, 5)),
    parts=st.just(PARTS) | st.permutations(PARTS),
    fault=faults,
    size=st.sampled_from([10, 1, 2, 3]),
    first=st.integers(0, 5),
    seconds=st.sampled_from([300, 1, 10, 60]),
)


@dataclass
class Plant:
    """The chain and the expected verdict of each image."""

    chain: Chain = field(default_factory=Chain)
    expected: dict[str, Verdict] = field(default_factory=dict)

    def take(self, turn: Turn) -> None:
        for kind in turn.uploaded:
            content, verdict = KINDS[kind]
            image = self.chain.upload(f"i{len(self.expected)}", kind, content)
            self.expected[image.inspection_id] = verdict
        if turn.twice is not None and (bodies := self.chain.queues.waiting(turn.twice[0])):
            self.chain.queues.put(turn.twice[0], bodies[turn.twice[1] % len(bodies)])
        fault = turn.fault
        for part in turn.parts:
            with self.chain.going_wrong(fault):
                self.work(part, turn.size, turn.first)
            fault = NONE if self.chain.struck else fault
        self.chain.clock.pass_by(turn.seconds)

    def work(self, part: str, size: int, first: int) -> None:
        """One run of one handler; when it returns, its messages are deleted but those that it says failed."""
        if part in READERS:
            if messages := self.chain.queues.receive(part, size, first):
                answer: BatchAnswer = getattr(self.chain, READERS[part])(messages)
                failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
                done = [message.receipt for message in messages if message.message_id not in failed]
                self.chain.queues.delete(part, done)
        elif part == "relay":
            self.chain.relay(size)
        else:
            getattr(self.chain, part)()

    def finish(self) -> None:
        """Run without faults until nothing is left to do; redrive the dead letters."""
        queues = self.chain.queues
        self.chain.models.models["nuts"] = FakeModel()
        for _ in range(40):
            for part in PARTS:
                with self.chain.going_wrong(NONE):
                    self.work(part, 100, 0)
            for queue in ("results", "alerts"):
                queues.redrive(queue)
            for failed in readable(self.chain.inspections.failed()):
                queues.put("inspection", failed.original_message or "")
            self.chain.clock.pass_by(60)
            if not self.left():
                return

    def left(self) -> object:
        """The work that is left anywhere."""
        queues = (*READERS, "results-dlq", "alerts-dlq")
        waiting = [body for queue in queues for body in self.chain.queues.waiting(queue)]
        unpublished = self.chain.inspections.changes[self.chain.relayed :]
        return waiting or unpublished or self.chain.ledger.windows or list(self.chain.inspections.failed())


def check(plant: Plant) -> None:
    """Each image has one verdict and one row; each alert was sent once, or again after a lost answer."""
    chain = plant.chain
    assert not plant.left()
    assert {
        inspection_id: found.verdict for (inspection_id, _), found in chain.inspections.items.items()
    } == plant.expected
    verdicts = Counter(c.inspection_id for c in chain.inspections.changes if c.verdict is not Verdict.FAILED)
    assert verdicts == dict.fromkeys(plant.expected, 1)
    rows = [row for partition, _ in chain.lake.partitions() for row in readable(chain.lake.rows(partition))]
    assert sorted((row.inspection_id, row.run, row.revision) for row in rows) == sorted(
        (inspection_id, LIVE, 1) for inspection_id in plant.expected
    )
    alerting = Counter(c.inspection_id for c in chain.inspections.changes if AlertRule().kind_of(c) is not None)
    sent = {str(notification.attributes["alert_id"]): notification.body for notification in chain.topic.sent}
    for inspection_id in plant.expected:
        alerts = sum(inspection_id in body for body in sent.values())
        assert min(1, alerting[inspection_id]) <= alerts <= alerting[inspection_id]
    copies = Counter(str(notification.attributes["alert_id"]) for notification in chain.topic.sent)
    assert all(count <= 1 + chain.unsure[alert_id] for alert_id, count in copies.items())


def live_through(story: Sequence[Turn]) -> None:
    plant = Plant()
    for turn in story:
        plant.take(turn)
    plant.finish()
    check(plant)


@settings(max_examples=150)
@given(st.lists(turns, min_size=2, max_size=8))
def test_whatever_happens_everything_is_there_once(story: list[Turn]) -> None:
    live_through(story)


@pytest.mark.long
@settings(max_examples=5_000)
@given(st.lists(turns, min_size=2, max_size=8))
def test_whatever_happens_in_many_long_stories_everything_is_there_once(story: list[Turn]) -> None:
    live_through(story)
