"""Queues as recovery uses them: announcing again, and looking at dead letters without disturbing them."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.adapters.sqs import SQSDeadLetters, SQSQueues
from chalicelib.adapters.sqs_letters import SQSLetterBox
from chalicelib.adapters.sqs_notifications import SQSNotifications, notification_of
from chalicelib.adapters.targets import EventTargets
from chalicelib.errors import NotSent
from chalicelib.messages import Message
from chalicelib.triggers import uploads_in
from tests.fakes import FakeCauses, a_letter, an_upload


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sqs", region_name="eu-west-1")
        client.create_queue(QueueName="queue")
        yield client


def bodies_in(sqs: Any) -> list[str]:
    """What the queue now shows, read without hiding it for long."""
    url = sqs.get_queue_url(QueueName="queue")["QueueUrl"]
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in messages]
    return found


def a_box(sqs: Any, causes: FakeCauses | None = None) -> SQSLetterBox:
    return SQSLetterBox(SQSQueues(sqs), "queue", "results-dlq", causes or FakeCauses())


@given(st.text(min_size=1).map(lambda name: f"images/{name}"), st.integers(0))
def test_an_image_is_announced_as_s3_announced_it(key: str, size_bytes: int) -> None:
    image = an_upload(key, size_bytes=size_bytes)
    assert list(uploads_in(Message("m1", notification_of(image), "r1", 1, "inspection"))) == [image]


def test_each_image_is_announced_in_a_message_of_its_own(sqs: Any) -> None:
    notifications = SQSNotifications(SQSQueues(sqs), "queue")
    images = [an_upload(f"images/plates/line-1/cam-1/2026-03-14/{at}") for at in range(23)]
    notifications.announce(images)
    assert notifications.waiting() == 23
    assert sorted(bodies_in(sqs)) == sorted(map(notification_of, images))


def test_announcing_nothing_asks_nothing() -> None:
    SQSNotifications(SQSQueues(client=None), "queue").announce([])


def test_a_refused_message_is_an_error() -> None:
    class Refusing:
        def get_queue_url(self, **_: str) -> dict[str, str]:
            return {"QueueUrl": "url"}

        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}

    with pytest.raises(NotSent, match="queue refused 1 messages, first InternalError"):
        SQSNotifications(SQSQueues(Refusing()), "queue").announce([an_upload()])


def test_all_dead_letters_are_seen_and_lie_there_as_before(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", [str(at) for at in range(25)])
    with a_box(sqs).held() as letters:
        assert sorted(int(letter.body) for letter in letters) == list(range(25))
        assert bodies_in(sqs) == []
    assert len(bodies_in(sqs)) == 25


def test_what_was_looked_at_comes_back_also_when_the_look_fails(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a"])
    with pytest.raises(RuntimeError), a_box(sqs).held():
        raise RuntimeError
    assert bodies_in(sqs) == ["a"]


def test_a_forgotten_letter_is_gone_and_the_others_are_not(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a", "b"])
    box = a_box(sqs)
    with box.held() as letters:
        box.forget(next(letter for letter in letters if letter.body == "a"))
    assert bodies_in(sqs) == ["b"]


def test_a_letter_tells_the_cause_that_was_kept_for_its_message(sqs: Any) -> None:
    SQSQueues(sqs).put_all("queue", ["a"])
    with a_box(sqs).held() as [letter]:
        assert letter.cause == "worker died or timed out"
    causes = FakeCauses({letter.letter_id: "OSError: the disk is full"})
    with a_box(sqs, causes).held() as [letter]:
        assert letter.cause == "OSError: the disk is full"
        assert letter.place == "results-dlq"
        assert letter.since.utcoffset() is not None


def test_a_letter_that_we_set_aside_tells_its_own_cause(sqs: Any) -> None:
    SQSDeadLetters(SQSQueues(sqs), "queue").put("a", "KeyError: 'Records'")
    with a_box(sqs).held() as [letter]:
        assert letter.cause == "KeyError: 'Records'"


def test_a_letter_of_eventbridge_tells_why_and_for_whom(sqs: Any) -> None:
    attributes = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "denied", "TARGET_ARN": "arn:aws:sqs:r:1:results"}
    SQSQueues(sqs).put("queue", "{}", attributes)
    with a_box(sqs).held() as [letter]:
        assert letter.cause == "NO_PERMISSIONS: denied"
        assert letter.attributes["TARGET_ARN"] == "arn:aws:sqs:r:1:results"


def test_an_event_is_delivered_to_the_queue_that_it_was_meant_for(sqs: Any) -> None:
    letter = a_letter(body='{"detail": {}}', attributes={"TARGET_ARN": "arn:aws:sqs:eu-west-1:123456789012:queue"})
    EventTargets(SQSQueues(sqs), functions=None).deliver(letter)
    assert bodies_in(sqs) == ['{"detail": {}}']


def test_an_event_is_delivered_to_the_function_that_it_was_meant_for() -> None:
    class Functions:
        invoked: list[dict[str, str]]

        def invoke(self, **told: str) -> None:
            self.invoked = [told]

    functions, arn = Functions(), "arn:aws:lambda:eu-west-1:123456789012:function:linewatch-test-reconcile"
    EventTargets(SQSQueues(None), functions).deliver(a_letter(attributes={"TARGET_ARN": arn}))
    assert functions.invoked == [{"FunctionName": arn, "InvocationType": "Event", "Payload": "{}"}]


def test_an_event_for_nobody_stays() -> None:
    with pytest.raises(NotSent, match="neither a queue nor a function"):
        EventTargets(SQSQueues(None), functions=None).deliver(a_letter())
