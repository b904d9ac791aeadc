"""A redrive sends each dead letter back to the queue that it came from."""

import pytest

from chalicelib.recovery.redrive import redrive
from tests.support.recovery import deployed


@pytest.mark.parametrize(
    ("dead_letters", "queue"),
    [
        ("inspection-dlq", "uploads"),
        ("unreadable-dlq", "uploads"),
        ("results-dlq", "results"),
        ("alerts-dlq", "alerts"),
        ("manifests-dlq", "manifests"),
        ("training-dlq", "training"),
        ("replays-dlq", "replays"),
        ("shadows-dlq", "shadows"),
    ],
)
def test_a_dead_letter_is_sent_to_the_queue_that_it_came_from(dead_letters: str, queue: str) -> None:
    with deployed() as deployment:
        deployment.send(dead_letters, "a message")
        outcomes = list(redrive(deployment.linewatch.recovery.redrive_routes(), lambda each: True))
        assert [outcome.error for outcome in outcomes] == [None]
        assert deployment.bodies(queue) == ["a message"]
        assert deployment.bodies(dead_letters) == []
