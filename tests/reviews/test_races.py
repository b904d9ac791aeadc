"""Two reviewers, a redrive and another failure at the same time, with faults at any request: no answer is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import StaleRevision
from chalicelib.core.events import InspectionReviewed, event_of
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.inspections.dynamodb import DynamoDBInspections
from chalicelib.inspections.items import inspection_in
from chalicelib.reviews.review import NewAnswer, review_inspection
from tests.pipeline import inside
from tests.support.builders import NOON, an_inspection
from tests.support.deployment import aws_clients, create_tables
from tests.support.fake_client import as_client
from tests.support.fake_reviews import FakeSampling, FakeStoredImages
from tests.support.interleaving import Died, Order, Worker

TABLE, LINES = "linewatch-test-inspections", "linewatch-test-lines"
SAID = {"ann": "anomalous", "bob": "normal"}


@dataclass
class Stepped:
    """The client of DynamoDB; each of its requests waits for an order."""

    worker: Worker
    client: Any

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        return found if name == "exceptions" else lambda **request: self.worker.obey(name, _called(found), request)


def _called(method: Any) -> Any:
    return lambda request: method(**request)


@dataclass
class Plant:
    """One image that failed, and those who work on it."""

    client: Any
    number: int
    workers: dict[str, Worker] = field(default_factory=dict)

    @property
    def failed(self) -> Inspection:
        return an_inspection(f"i{self.number}", verdict=Verdict.FAILED, revision=0, reason="no model", confidence=None)

    def table(self, worker: Worker | None = None) -> DynamoDBInspections:
        client = self.client if worker is None else as_client(Stepped(worker, self.client))
        table = DynamoDBInspections(client, TABLE, lines=LINES)
        table._known_lines.add(("plates", "line-1"))
        return table

    def work(self, name: str, table: DynamoDBInspections) -> object:
        match name:
            case "redrive":
                return table.commit(an_inspection(f"i{self.number}"))
            case "failure":
                return table.commit(replace(self.failed, reason="timed out"))
        answer = NewAnswer.model_validate({"verdict": SAID[name], "revision": 0})
        grant = Grant(name, Role.OPERATOR, "plates")
        inspection_id = self.failed.inspection_id
        return review_inspection(
            inspection_id,
            answer,
            grant,
            inspections=table,
            images=FakeStoredImages(),
            sampling=FakeSampling(),
            clock=lambda: NOON,
        )

    def start(self, name: str) -> None:
        """Begin, or after an error begin again, as a queue and a person do."""
        self.workers[name] = Worker(lambda worker: self.work(name, self.table(worker)))

    def step(self, name: str, order: Order) -> None:
        worker = self.workers[name]
        if worker.over and isinstance(worker.error, Died | ConnectionError):
            self.start(name)
        elif not worker.over:
            worker.step(order)

    def finish(self) -> None:
        for name in self.workers:
            while not (worker := self.workers[name]).over or isinstance(worker.error, Died | ConnectionError):
                self.step(name, Order.GO)

    def changes(self) -> list[Inspection]:
        records = (each for each in inside.changes(TABLE) if self.failed.inspection_id in str(each["dynamodb"]["Keys"]))
        return [found for record in records if (found := inspection_in(record)) is not None]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with mock_aws():
        client = aws_clients().dynamodb
        create_tables(client)
        client.update_table(
            TableName=TABLE, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        )
        yield client


_numbers = iter(range(10**9))
_NAMES = ("ann", "bob", "redrive", "failure")
_steps = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from([Order.GO] * 8 + list(Order))), max_size=25)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(_steps)
def test_whatever_happens_no_answer_is_lost_or_doubled_and_the_verdict_comes(
    client: Any, steps: list[tuple[str, Order]]
) -> None:
    plant = Plant(client, next(_numbers))
    plant.table().commit(plant.failed)
    for name in _NAMES:
        plant.start(name)
    for name, order in steps:
        plant.step(name, order)
    plant.finish()
    check(plant)


def check(plant: Plant) -> None:
    stored = plant.table().find(plant.failed.inspection_id, LIVE)
    assert stored is not None
    assert stored.verdict is Verdict.NORMAL
    errors = {name: worker.error for name, worker in plant.workers.items()}
    assert (errors["redrive"], errors["failure"]) == (None, None)
    accepted = [name for name in SAID if errors[name] is None]
    assert all(isinstance(errors[name], StaleRevision) for name in SAID if name not in accepted)
    assert sorted(answer.reviewed_by for answer in stored.answers) == accepted
    assert len(accepted) <= 1, "both answered to the same revision"
    changes = plant.changes()
    revisions = [(change.revision, change.reason) for change in changes]
    assert sorted(set(revisions)) == sorted(revisions)
    assert [change.revision for change in changes] == sorted(change.revision for change in changes)
    events = [event_of(change) for change in changes]
    assert len({event.event_id for event in events if isinstance(event, InspectionReviewed)}) == sum(
        isinstance(event, InspectionReviewed) for event in events
    )
    assert events[-1].inspection.review_label == stored.review_label
