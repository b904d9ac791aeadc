"""The queues of recovery: announcing images again, and reading dead letters without changing them."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.aws.large_bodies import LargeBodies
from chalicelib.aws.s3_notification import notification_of, read_notification
from chalicelib.aws.sqs import SQSDeadLetterWriter, SQSQueues
from chalicelib.core.errors import NotSent
from chalicelib.recovery.eventbridge_targets import EventTargets
from chalicelib.recovery.failed_run import failed_run_in
from chalicelib.recovery.sqs import SQSDeadLetterQueue
from chalicelib.recovery.upload_queue import SQSUploadQueue
from tests.support.builders import an_upload
from tests.support.fake_aws import FakeFailureLog
from tests.support.fake_client import as_client
from tests.support.fake_recovery import a_dead_letter


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sqs", region_name="eu-west-1")
        client.create_queue(QueueName="queue")
        yield client


def bodies_in(sqs: Any) -> list[str]:
    """The bodies of all visible messages."""
    url = sqs.get_queue_url(QueueName="queue")["QueueUrl"]
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in messages]
    return found


def a_queue(sqs: Any, failure_log: FakeFailureLog | None = None) -> SQSDeadLetterQueue:
    return SQSDeadLetterQueue(SQSQueues(sqs), "queue", "results-dlq", failure_log or FakeFailureLog())


@given(st.text(min_size=1, max_size=400).map(lambda name: f"images/{name}"), st.integers(0, 2**53))
def test_an_image_is_announced_in_the_format_of_s3(key: str, size_bytes: int) -> None:
    image = an_upload(key, size_bytes=size_bytes)
    assert read_notification(notification_of(image)).images == [image]


def an_upload_queue(client: Any) -> SQSUploadQueue:
    return SQSUploadQueue(SQSQueues(client), "queue", shared="shared", queue_of=lambda project: f"of-{project}")


def test_each_image_is_announced_in_its_own_message(sqs: Any) -> None:
    notifications = an_upload_queue(sqs)
    images = [an_upload(f"images/plates/line-1/cam-1/2026-03-14/{at}") for at in range(23)]
    notifications.announce(images)
    sqs.create_queue(QueueName="shared")
    SQSQueues(sqs).put_all("shared", ["a", "b"])
    assert notifications.waiting("plates") == 23 + 2
    assert sorted(bodies_in(sqs)) == sorted(map(notification_of, images))


def test_images_of_a_project_with_a_queue_wait_there_and_not_in_the_shared_one(sqs: Any) -> None:
    for queue, count in (("shared", 3), ("of-plates", 1)):
        sqs.create_queue(QueueName=queue)
        SQSQueues(sqs).put_all(queue, [str(at) for at in range(count)])
    notifications = an_upload_queue(sqs)
    assert (notifications.waiting("plates"), notifications.waiting("cups")) == (1, 3)


def test_announcing_no_images_makes_no_request() -> None:
    an_upload_queue(as_client(None)).announce([])


def test_a_refused_message_is_an_error() -> None:
    class Refusing:
        def get_queue_url(self, **_: str) -> dict[str, str]:
            return {"QueueUrl": "url"}

        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}

    with pytest.raises(NotSent, match="queue refused 1 messages, first InternalError"):
        an_upload_queue(as_client(Refusing())).announce([an_upload()])


def test_all_dead_letters_are_listed_and_stay_in_the_queue(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", [str(at) for at in range(25)])
    with a_queue(sqs).held() as dead_letters:
        assert sorted(int(dead_letter.body) for dead_letter in dead_letters) == list(range(25))
        assert bodies_in(sqs) == []
    assert len(bodies_in(sqs)) == 25


def test_held_dead_letters_become_visible_again_after_an_error(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a"])
    with pytest.raises(RuntimeError), a_queue(sqs).held():
        raise RuntimeError
    assert bodies_in(sqs) == ["a"]


def test_only_a_deleted_dead_letter_is_gone(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a", "b"])
    queue = a_queue(sqs)
    with queue.held() as dead_letters:
        queue.delete(next(dead_letter for dead_letter in dead_letters if dead_letter.body == "a"))
    assert bodies_in(sqs) == ["b"]


def test_a_dead_letter_has_the_error_that_was_recorded_for_its_message(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a"])
    with a_queue(sqs).held() as [dead_letter]:
        assert dead_letter.error == "worker died or timed out"
    failure_log = FakeFailureLog({dead_letter.message_id: "OSError: the disk is full"})
    with a_queue(sqs, failure_log).held() as [dead_letter]:
        assert dead_letter.error == "OSError: the disk is full"
        assert dead_letter.queue == "results-dlq"
        assert dead_letter.since.utcoffset() is not None


def test_a_dead_letter_that_linewatch_wrote_has_its_own_error(sqs: Any) -> None:
    SQSDeadLetterWriter(SQSQueues(sqs), "queue", LargeBodies(as_client(None), "bucket")).put("a", "KeyError: 'Records'")
    with a_queue(sqs).held() as [dead_letter]:
        assert dead_letter.error == "KeyError: 'Records'"


def test_bytes_beside_a_dead_letter_are_shown_as_text(sqs: Any) -> None:
    attributes = {"cause": {"DataType": "Binary", "BinaryValue": b"no \xff"}}
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="queue")["QueueUrl"], MessageBody="a", MessageAttributes=attributes
    )
    with a_queue(sqs).held() as [dead_letter]:
        assert dead_letter.error == "no \\xff"


def test_a_dead_letter_of_eventbridge_has_its_error_and_its_target(sqs: Any) -> None:
    attributes = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "denied", "TARGET_ARN": "arn:aws:sqs:r:1:results"}
    SQSQueues(sqs).put("queue", "{}", attributes)
    with a_queue(sqs).held() as [dead_letter]:
        assert dead_letter.error == "NO_PERMISSIONS: denied"
        assert dead_letter.attributes["TARGET_ARN"] == "arn:aws:sqs:r:1:results"


def test_an_event_is_delivered_to_its_target_queue(sqs: Any) -> None:
    dead_letter = a_dead_letter(
        body='{"detail": {}}', attributes={"TARGET_ARN": "arn:aws:sqs:eu-west-1:123456789012:queue"}
    )
    EventTargets(SQSQueues(sqs), functions=as_client(None)).deliver(dead_letter)
    assert bodies_in(sqs) == ['{"detail": {}}']


class Functions:
    """Records what is invoked."""

    invoked: list[dict[str, str]]

    def invoke(self, **request: str) -> None:
        self.invoked = [request]


def test_an_event_is_delivered_to_its_target_function() -> None:
    functions, arn = Functions(), "arn:aws:lambda:eu-west-1:123456789012:function:linewatch-test-reconcile"
    EventTargets(SQSQueues(as_client(None)), as_client(functions)).deliver(
        a_dead_letter(attributes={"TARGET_ARN": arn})
    )
    assert functions.invoked == [{"FunctionName": arn, "InvocationType": "Event", "Payload": "{}"}]


FAILED_RUN = {
    "version": "1.0",
    "requestContext": {"functionArn": "arn:aws:lambda:r:1:function:f:$LATEST", "condition": "RetriesExhausted"},
    "requestPayload": {"id": "tick"},
    "responsePayload": {"errorType": "NotReconciled", "errorMessage": "time ran out"},
}
"""What Lambda sends when a function that a schedule started has failed."""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (FAILED_RUN["responsePayload"], "NotReconciled: time ran out"),
        ({"errorMessage": "Task timed out"}, "Task timed out"),
        (None, "RetriesExhausted"),
    ],
)
def test_a_failed_run_of_a_schedule_has_its_error(sqs: Any, answer: object, error: str) -> None:
    SQSQueues(sqs).put("queue", json.dumps({**FAILED_RUN, "responsePayload": answer}), {})
    with a_queue(sqs).held() as [dead_letter]:
        assert dead_letter.error == error


def test_a_failed_run_of_a_schedule_is_started_again() -> None:
    functions = Functions()
    EventTargets(SQSQueues(as_client(None)), as_client(functions)).deliver(a_dead_letter(body=json.dumps(FAILED_RUN)))
    assert functions.invoked == [
        {
            "FunctionName": "arn:aws:lambda:r:1:function:f:$LATEST",
            "InvocationType": "Event",
            "Payload": '{"id": "tick"}',
        }
    ]


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{}", '{"requestContext": 1, "requestPayload": 2}', "[" * 200_000], ids=range(6)
)
def test_what_is_no_failed_run_is_left_alone(body: str) -> None:
    assert failed_run_in(body) is None


def test_an_event_without_a_known_target_is_refused() -> None:
    with pytest.raises(NotSent, match="neither a queue nor a function"):
        EventTargets(SQSQueues(as_client(None)), functions=as_client(None)).deliver(a_dead_letter())
