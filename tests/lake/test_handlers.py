"""Archiving a batch of results, on moto."""

import json
from typing import Any

import pytest

from chalicelib.core.errors import MessagesFailed
from chalicelib.core.events import event_of
from chalicelib.lake import handlers
from tests.support.builders import an_inspection
from tests.support.recovery import Deployment, deployed

EVENT = event_of(an_inspection())
RESULT = json.dumps({"detail-type": EVENT.event_type, "detail": EVENT.model_dump(mode="json")})
NONSENSE = ["null", "[]", "7", "no JSON", "{}", '{"detail": null}', '{"detail": {"event_type": "Unheard"}}']


def received(deployment: Deployment) -> dict[str, Any]:
    """The messages of the queue `results`, as Lambda delivers them."""
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


def rows(deployment: Deployment) -> int:
    return sum(len(keys) for _, keys in deployment.linewatch.lake.store.partitions())


def test_messages_without_an_event_are_delivered_again_and_do_not_affect_the_others() -> None:
    with deployed() as deployment:
        for body in (RESULT, *NONSENSE):
            deployment.send("results", body)
        event = received(deployment)
        with pytest.raises(MessagesFailed, match=f"{len(NONSENSE)} of {len(NONSENSE) + 1} messages failed"):
            handlers.archive_results(event, deployment.linewatch.lake)
        failure_log = deployment.linewatch.platform.failure_log
        errors = {record["body"]: failure_log.find(record["messageId"]) for record in event["Records"]}
        assert {body for body, error in errors.items() if error is not None} == set(NONSENSE)
        assert rows(deployment) == 1


def test_a_batch_of_events_is_archived_without_an_error() -> None:
    with deployed() as deployment:
        deployment.send("results", RESULT)
        handlers.archive_results(received(deployment), deployment.linewatch.lake)
        assert rows(deployment) == 1
