"""What becomes of a batch of results, on moto."""

import json
from typing import Any

import pytest

from chalicelib import outside, triggers, wiring
from chalicelib.errors import MessagesFailed
from chalicelib.events import fact_of
from tests.fakes import an_inspection
from tests.recovery import Deployment, deployed

FACT = fact_of(an_inspection())
RESULT = json.dumps({"detail-type": FACT.event_type, "detail": FACT.model_dump(mode="json")})
NONSENSE = ["null", "[]", "7", "no JSON", "{}", '{"detail": null}', '{"detail": {"event_type": "Unheard"}}']


def received(deployment: Deployment) -> dict[str, Any]:
    """What is in the queue `results`, as Lambda delivers it."""
    url = deployment.sqs.get_queue_url(QueueName="linewatch-test-results")["QueueUrl"]
    messages = deployment.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "receiptHandle": message["ReceiptHandle"],
                "attributes": message["Attributes"],
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:linewatch-test-results",
            }
            for message in messages
        ]
    }


def rows() -> int:
    return sum(len(keys) for _, keys in outside.lake().partitions())


def test_messages_that_tell_no_fact_come_again_with_their_causes_and_harm_none_of_their_mates() -> None:
    with deployed() as deployment:
        for body in (RESULT, *NONSENSE):
            deployment.send("results", body)
        event = received(deployment)
        with pytest.raises(MessagesFailed, match=f"{len(NONSENSE)} of {len(NONSENSE) + 1} messages failed"):
            triggers.archive_results(event, wiring.archive())
        causes = {record["body"]: outside.causes().find(record["messageId"]) for record in event["Records"]}
        assert {body for body, cause in causes.items() if cause is not None} == set(NONSENSE)
        assert rows() == 1


def test_a_batch_of_facts_is_archived_and_left_to_be_deleted() -> None:
    with deployed() as deployment:
        deployment.send("results", RESULT)
        triggers.archive_results(received(deployment), wiring.archive())
        assert rows() == 1
