"""A run of a schedule's function that failed becomes a dead letter, which can be started again."""

from collections.abc import Iterator

import pytest

from chalicelib.recovery.ports import DeadLetter
from chalicelib.recovery.redrive import RedriveRoute, dead_letters_in, redrive
from tests.emulator.plant import Plant, until

pytestmark = pytest.mark.emulator

NO_EVENT = b'{"sent by": "test_failed_runs"}'
"""What Chalice cannot read as the event of a schedule."""


@pytest.fixture
def routes(plant: Plant) -> Iterator[list[RedriveRoute]]:
    """All dead-letter queues; the one of events and runs is emptied at the end."""
    yield plant.linewatch.recovery.redrive_routes()
    sqs, name = plant.stack.client("sqs"), f"linewatch-{plant.stack.stage}-events-dlq"
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"])


@pytest.mark.parametrize("function", ["reconcile", "compact_lake"])
def test_a_failed_run_is_a_dead_letter_that_can_be_started_again(
    plant: Plant, routes: list[RedriveRoute], function: str
) -> None:
    def failed() -> DeadLetter | None:
        return next((each for each in dead_letters_in(routes) if "test_failed_runs" in each.body), None)

    name = f"linewatch-{plant.stack.stage}-{function}"
    plant.stack.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=NO_EVENT)
    first = until(failed, "the dead letter")
    assert (first.queue, first.error) == ("events-dlq", "Runtime.HandlerError: 'version'")
    outcomes = redrive(routes, lambda dead_letter: dead_letter.message_id == first.message_id)
    assert [outcome.error for outcome in outcomes] == [None]
    assert until(failed, "the dead letter of the second run").message_id != first.message_id
