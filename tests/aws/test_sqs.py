"""A dead letter is written whole; the error beside it is not longer than a person reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.aws.large_bodies import LargeBodies
from chalicelib.aws.sqs import SQSDeadLetterWriter
from tests.support.fake_client import as_client


@dataclass
class FakeQueues:
    """Records what is put."""

    written: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def put(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        self.written.append((queue, body, attributes))


def test_a_dead_letter_has_its_whole_body_and_the_start_of_its_error() -> None:
    queues = FakeQueues()
    SQSDeadLetterWriter(as_client(queues), "relay-dlq", LargeBodies(as_client(None), "bucket")).put(
        "b" * 5000, "e" * 5000
    )
    assert queues.written == [("relay-dlq", "b" * 5000, {"cause": "e" * 1000})]
