"""The messages of a batch: deleted, delayed, and their errors recorded."""

from typing import Any

import pytest

from chalicelib.aws.settings import Settings
from chalicelib.aws.sqs_batch import Message, each_message, messages_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import MessagesFailed
from tests.support.fake_aws import FakeFailureLog, FakeQueues, a_platform
from tests.support.sqs_events import sqs_event


def a_message(name: str, receives: int = 1, body: str = "") -> Message:
    return Message(name, body, f"receipt-{name}", receives, "inspection")


BATCH = sqs_event([a_message("a"), a_message("b"), a_message("c")])


def fail_on(*names: str) -> Any:
    def handle(message: Message) -> None:
        if message.message_id in names:
            raise RuntimeError(f"failed on {message.message_id}") from OSError("disk full")

    return handle


@pytest.mark.parametrize("partial_batches", [True, False])
def test_a_batch_without_failures_makes_no_request(partial_batches: bool) -> None:
    platform = a_platform(partial_batches=partial_batches)
    answer = each_message(sqs_event([a_message("a"), a_message("b")]), fail_on(), platform)
    assert answer == {"batchItemFailures": []}
    assert (platform.queues, platform.failure_log) == (FakeQueues(), FakeFailureLog())


@pytest.mark.parametrize("workers", [1, 3])
def test_messages_that_succeeded_are_deleted_and_failed_ones_are_delayed(workers: int) -> None:
    platform = a_platform(partial_batches=False)
    with pytest.raises(MessagesFailed, match="1 of 3 messages failed: b: RuntimeError: failed on b"):
        each_message(BATCH, fail_on("b"), platform, workers=workers)
    assert platform.queues == FakeQueues(["receipt-a", "receipt-c"], {"receipt-b": 2})


def test_failed_messages_are_named_where_lambda_reads_the_answer() -> None:
    platform = a_platform(partial_batches=True)
    answer = each_message(BATCH, fail_on("a", "c"), platform)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}
    assert platform.queues == FakeQueues(["receipt-b"], {"receipt-a": 2, "receipt-c": 2})
    assert platform.failure_log.errors.keys() == {"a", "c"}


def test_the_errors_of_dead_letters_stay_as_they_were_recorded() -> None:
    platform = a_platform()
    platform.failure_log.record("b", "the first error")
    each_message(BATCH, fail_on("b"), platform, record_errors=False)
    assert (platform.failure_log.errors, platform.queues.delayed) == ({"b": "the first error"}, {"receipt-b": 2})


@pytest.mark.parametrize(("environment", "named"), [({}, False), ({"LINEWATCH_PARTIAL_BATCHES": "1"}, True)])
def test_failed_messages_are_named_only_where_the_environment_says_so(environment: dict[str, str], named: bool) -> None:
    required = {"LINEWATCH_STAGE": "s", "LINEWATCH_ACCOUNT": "1", "AWS_REGION": "r"}
    assert Settings.from_environment({**required, **environment}).partial_batches is named


def test_an_error_is_recorded_with_the_errors_that_it_came_from() -> None:
    platform = a_platform()
    each_message(BATCH, fail_on("b"), platform)
    assert platform.failure_log.errors == {"b": "RuntimeError: failed on b <- OSError: disk full"}


@pytest.mark.parametrize(("receives", "delay"), [(1, 2), (2, 8), (3, 30), (4, 120), (5, 120), (90, 120)])
def test_each_attempt_waits_longer(receives: int, delay: int) -> None:
    assert a_message("a", receives).delay == delay


def test_the_messages_of_an_event_are_read_with_their_queue_and_receives() -> None:
    message = Message("m1", "{}", "r1", 3, "linewatch-dev-inspection")
    assert messages_of(sqs_event([message])) == [message]


def test_a_long_error_is_cut() -> None:
    assert len(describe_error(ValueError("x" * 1_000_000))) == 2000


def test_an_error_is_described_with_its_type_and_message() -> None:
    assert describe_error(ValueError("x")) == "ValueError: x"
