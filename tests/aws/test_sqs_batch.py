"""The messages of a batch: deleted, delayed, and their errors recorded."""

from typing import Any

import pytest

from chalicelib.aws.settings import Settings
from chalicelib.aws.sqs_batch import Message, each_message, messages_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import MessagesFailed
from tests.support.fake_aws import FakeFailureLog, FakeQueues


def a_message(name: str, receives: int = 1, body: str = "") -> Message:
    return Message(name, body, f"receipt-{name}", receives, "inspection")


def fail_on(*names: str) -> Any:
    def handle(message: Message) -> None:
        if message.message_id in names:
            raise RuntimeError(f"failed on {message.message_id}") from OSError("disk full")

    return handle


@pytest.mark.parametrize("partial_batches", [True, False])
def test_a_batch_without_failures_makes_no_request(partial_batches: bool) -> None:
    queues, failure_log = FakeQueues(), FakeFailureLog()
    batch = [a_message("a"), a_message("b")]
    answer = each_message(batch, fail_on(), queues=queues, failure_log=failure_log, partial_batches=partial_batches)
    assert answer == {"batchItemFailures": []}
    assert (queues.deleted, queues.delayed, failure_log.errors) == ([], {}, {})


@pytest.mark.parametrize("workers", [1, 3])
def test_messages_that_succeeded_are_deleted_and_failed_ones_are_delayed(workers: int) -> None:
    queues, failure_log = FakeQueues(), FakeFailureLog()
    batch = [a_message("a"), a_message("b"), a_message("c")]
    with pytest.raises(MessagesFailed, match="1 of 3 messages failed: b: RuntimeError: failed on b"):
        each_message(
            batch, fail_on("b"), queues=queues, failure_log=failure_log, workers=workers, partial_batches=False
        )
    assert queues.deleted == ["receipt-a", "receipt-c"]
    assert queues.delayed == {"receipt-b": 2}


def test_failed_messages_are_named_where_lambda_reads_the_answer() -> None:
    queues, failure_log = FakeQueues(), FakeFailureLog()
    batch = [a_message("a"), a_message("b"), a_message("c")]
    answer = each_message(batch, fail_on("a", "c"), queues=queues, failure_log=failure_log, partial_batches=True)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}
    assert queues.deleted == ["receipt-b"]
    assert queues.delayed == {"receipt-a": 2, "receipt-c": 2}
    assert failure_log.errors.keys() == {"a", "c"}


@pytest.mark.parametrize(("environment", "named"), [({}, False), ({"LINEWATCH_PARTIAL_BATCHES": "1"}, True)])
def test_failed_messages_are_named_only_where_the_environment_says_so(environment: dict[str, str], named: bool) -> None:
    required = {"LINEWATCH_STAGE": "s", "LINEWATCH_ACCOUNT": "1", "AWS_REGION": "r"}
    assert Settings.from_environment({**required, **environment}).partial_batches is named


def test_an_error_is_recorded_with_the_errors_that_it_came_from() -> None:
    failure_log = FakeFailureLog()
    with pytest.raises(MessagesFailed):
        each_message(
            [a_message("b")], fail_on("b"), queues=FakeQueues(), failure_log=failure_log, partial_batches=False
        )
    assert failure_log.errors == {"b": "RuntimeError: failed on b <- OSError: disk full"}


@pytest.mark.parametrize(("receives", "delay"), [(1, 2), (2, 8), (3, 30), (4, 120), (5, 120), (90, 120)])
def test_each_attempt_waits_longer(receives: int, delay: int) -> None:
    assert a_message("a", receives).delay == delay


def test_the_messages_of_an_event_are_read_with_their_queue_and_receives() -> None:
    record = {
        "messageId": "m1",
        "body": "{}",
        "receiptHandle": "r1",
        "attributes": {"ApproximateReceiveCount": "3"},
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:linewatch-dev-inspection",
    }
    [message] = messages_of({"Records": [record]})
    assert message == Message("m1", "{}", "r1", 3, "linewatch-dev-inspection")


def test_a_long_error_is_cut() -> None:
    assert len(describe_error(ValueError("x" * 1_000_000))) == 2000


def test_an_error_is_described_with_its_type_and_message() -> None:
    assert describe_error(ValueError("x")) == "ValueError: x"
