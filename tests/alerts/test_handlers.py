"""The handlers that alert, on moto."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from chalice.test import Client
from moto import mock_aws

import app
from chalicelib.alerts import handlers
from chalicelib.alerts.settings import AlertSettings
from chalicelib.composition import Linewatch
from chalicelib.core.errors import MessagesFailed
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from linewatch.operate.alert_feed import Arrived, follow
from linewatch.stack.target import Target
from tests.support.builders import an_inspection
from tests.support.deployment import ENVIRONMENT, SETTINGS, a_linewatch
from tests.support.fake_alerts import FakeProjectRules
from tests.support.sqs_events import messages, sqs_event

QUEUE = "linewatch-test-alerts"
TABLES = {"alert-claims": "alert_id", "alert-windows": "window", "failures": "message_id"}
ALERT_SETTINGS = {
    "LINEWATCH_ALERT_CONFIDENCE": "0.20,plates/line-2=0.9",
    "LINEWATCH_ALERT_WINDOW": "86400",  # the longest: only at midnight a test could cross from one window to the next
    "LINEWATCH_API_URL": "https://api.example.com",
}


@pytest.fixture
def linewatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Linewatch]:
    """Linewatch on moto, with a topic, a queue and tables; `app` uses it."""
    with mock_aws():
        linewatch = a_linewatch()
        linewatch.alerts.settings = AlertSettings.from_environment(ALERT_SETTINGS)
        linewatch.alerts.rules = FakeProjectRules()
        monkeypatch.setattr(app, "linewatch", linewatch)
        clients = linewatch.platform.clients
        clients.sns_once.create_topic(Name="linewatch-test-alerts")
        clients.sqs.create_queue(QueueName=QUEUE)
        for table, key in TABLES.items():
            clients.dynamodb.create_table(
                TableName=f"linewatch-test-{table}",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            )
        yield linewatch


@pytest.fixture
def arrived(linewatch: Linewatch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrived]:
    """The alerts that subscribers get."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with follow(Target("test", SETTINGS.account, SETTINGS.region)) as alerts:
        yield alerts


def batch(*events: AnyInspectionEvent) -> dict[str, Any]:
    """The events as the bus's rule delivers them."""
    details = [
        json.dumps({"detail-type": event.event_type, "detail": json.loads(event.model_dump_json())}) for event in events
    ]
    return sqs_event(messages(QUEUE, *details))


def a_defect(image_id: str = "a") -> AnyInspectionEvent:
    return event_of(an_inspection(image_id, verdict=Verdict.ANOMALOUS))


def test_people_are_alerted_to_the_first_defect_of_a_batch_and_the_others_are_counted(arrived: Arrived) -> None:
    with Client(app.app) as client:
        client.lambda_.invoke("raise_alerts", batch(event_of(an_inspection("n")), a_defect("a"), a_defect("b")))
        tick = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        client.lambda_.invoke("send_digests", tick)
    [alert] = arrived(0)
    assert (alert.alert_id, alert.subject[:22]) == (a_defect("a").event_id, "Defect Detection Alert")


def test_a_line_alerts_by_its_own_threshold(linewatch: Linewatch, arrived: Arrived) -> None:
    handlers.raise_alerts(
        batch(event_of(an_inspection("a")), event_of(an_inspection("b", line="line-2"))), linewatch.alerts
    )
    assert [alert.subject for alert in arrived(0)] == [
        "Low Confidence Alert for Non-anomalous image - AssemblyLine: line-2 Camera: cam-1"
    ]


def test_the_client_does_not_retry_a_publish_whose_answer_was_lost(linewatch: Linewatch) -> None:
    attempts = []

    def lose_answer(request: Any, **_: Any) -> None:
        attempts.append(request)
        raise ConnectionClosedError(endpoint_url=request.url)

    topic: Any = linewatch.alerts.topic
    topic._client.meta.events.register("before-send.sns.Publish", lose_answer)
    with pytest.raises(MessagesFailed, match="ConnectionClosedError"):
        handlers.raise_alerts(batch(a_defect()), linewatch.alerts)
    assert len(attempts) == 1


@pytest.mark.parametrize(
    ("event", "requests"),
    [
        (event_of(an_inspection("n")), []),
        (a_defect("first"), ["BatchGetItem", "TransactWriteItems", "Publish", "PutItem"]),
        (a_defect("next"), ["BatchGetItem", "TransactWriteItems"]),
        (a_defect("before"), ["BatchGetItem"]),
    ],
)
def test_an_event_makes_only_the_necessary_requests(
    linewatch: Linewatch, event: AnyInspectionEvent, requests: list[str]
) -> None:
    if event != a_defect("first"):
        handlers.raise_alerts(batch(a_defect("before")), linewatch.alerts)
    made: list[str] = []
    ports: list[Any] = [linewatch.alerts.ledger, linewatch.alerts.topic]
    for port in ports:
        port._client.meta.events.register("before-call.*.*", lambda model, **_: made.append(model.name))
    handlers.raise_alerts(batch(event), linewatch.alerts)
    assert made == requests


def test_a_malformed_threshold_setting_is_refused_with_the_expected_form(linewatch: Linewatch) -> None:
    linewatch.alerts.settings = AlertSettings.from_environment(ALERT_SETTINGS | {"LINEWATCH_ALERT_CONFIDENCE": "low"})
    with pytest.raises(ValueError, match=r"'low' is not of the form 0\.20"):
        handlers.raise_alerts(batch(a_defect()), linewatch.alerts)
