"""The handlers that alert, on moto."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError
from chalice.test import Client
from moto import mock_aws

from app import app
from chalicelib import outside, triggers, wiring
from chalicelib.domain.inspection import Verdict
from chalicelib.errors import MessagesFailed
from chalicelib.events import AnyInspectionFact, fact_of
from linewatch.alerts import Arrived, follow
from linewatch.target import Target
from tests.deployment import ENVIRONMENT, forget_wiring
from tests.fakes import an_inspection

QUEUE = "linewatch-test-alerts"
TABLES = {"alert-claims": "alert_id", "alert-windows": "window", "failures": "message_id"}
SETTINGS = {
    "LINEWATCH_ALERT_CONFIDENCE": "0.20,plates/line-2=0.9",
    "LINEWATCH_ALERT_WINDOW": "1000000000",  # no test stands on the border of two windows before 2033
    "LINEWATCH_API_URL": "https://api.example.com",
}


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrived]:
    """What subscribers of a deployment get."""
    for name, value in (ENVIRONMENT | SETTINGS).items():
        monkeypatch.setenv(name, value)
    forget_wiring()
    with mock_aws():
        boto3.client("sns").create_topic(Name="linewatch-test-alerts")
        boto3.client("sqs").create_queue(QueueName=QUEUE)
        for table, key in TABLES.items():
            boto3.client("dynamodb").create_table(
                TableName=f"linewatch-test-{table}",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            )
        with follow(Target("test", ENVIRONMENT["LINEWATCH_ACCOUNT"], ENVIRONMENT["AWS_REGION"])) as alerts:
            yield alerts
    forget_wiring()


def batch(*facts: AnyInspectionFact) -> dict[str, Any]:
    """The facts as the bus's rule delivers them."""
    records = [
        {
            "messageId": f"m{number}",
            "body": json.dumps({"detail-type": fact.event_type, "detail": json.loads(fact.model_dump_json())}),
            "receiptHandle": f"r{number}",
            "attributes": {"ApproximateReceiveCount": "1", "ApproximateFirstReceiveTimestamp": "1773489600000"},
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{QUEUE}",
        }
        for number, fact in enumerate(facts)
    ]
    return {"Records": records}


def a_defect(image_id: str = "a") -> AnyInspectionFact:
    return fact_of(an_inspection(image_id, verdict=Verdict.ANOMALOUS))


def test_people_are_told_of_the_first_defect_of_a_batch_and_the_others_are_counted(arrived: Arrived) -> None:
    with Client(app) as client:
        client.lambda_.invoke("raise_alerts", batch(fact_of(an_inspection("n")), a_defect("a"), a_defect("b")))
        tick = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        client.lambda_.invoke("send_digests", tick)
    [alert] = arrived(0)
    assert (alert.alert_id, alert.subject[:22]) == (a_defect("a").event_id, "Defect Detection Alert")


def test_a_line_with_its_own_threshold_alerts_by_it(arrived: Arrived) -> None:
    triggers.raise_alerts(
        batch(fact_of(an_inspection("a")), fact_of(an_inspection("b", line="line-2"))), wiring.raise_alert()
    )
    assert [alert.subject for alert in arrived(0)] == [
        "Low Confidence Alert for Non-anomalous image - AssemblyLine: line-2 Camera: cam-1"
    ]


def test_a_publish_whose_answer_was_lost_is_not_repeated_behind_the_ledgers_back(arrived: Arrived) -> None:
    attempts = []

    def lose_answer(request: Any, **_: Any) -> None:
        attempts.append(request)
        raise ConnectionClosedError(endpoint_url=request.url)

    topic: Any = outside.alert_topic()
    topic._client.meta.events.register("before-send.sns.Publish", lose_answer)
    with pytest.raises(MessagesFailed, match="ConnectionClosedError"):
        triggers.raise_alerts(batch(a_defect()), wiring.raise_alert())
    assert len(attempts) == 1


@pytest.mark.parametrize(
    ("fact", "requests"),
    [
        (fact_of(an_inspection("n")), []),
        (a_defect("first"), ["BatchGetItem", "TransactWriteItems", "Publish", "PutItem"]),
        (a_defect("next"), ["BatchGetItem", "TransactWriteItems"]),
        (a_defect("before"), ["BatchGetItem"]),
    ],
)
def test_an_event_costs_no_more_requests_than_it_must(
    arrived: Arrived, fact: AnyInspectionFact, requests: list[str]
) -> None:
    if fact != a_defect("first"):
        triggers.raise_alerts(batch(a_defect("before")), wiring.raise_alert())
    made: list[str] = []
    ports: list[Any] = [outside.alert_ledger(), outside.alert_topic()]
    for port in ports:
        port._client.meta.events.register("before-call.*.*", lambda model, **_: made.append(model.name))
    triggers.raise_alerts(batch(fact), wiring.raise_alert())
    assert made == requests


def test_settings_that_are_no_thresholds_are_refused_with_their_form(
    arrived: Arrived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEWATCH_ALERT_CONFIDENCE", "low")
    with pytest.raises(ValueError, match=r"'low' is not of the form 0\.20"):
        triggers.raise_alerts(batch(a_defect()), wiring.raise_alert())
