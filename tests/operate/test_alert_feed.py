"""A temporary subscription to alerts."""

import json
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from chalicelib.alerts.domain import Alert, Kind
from chalicelib.alerts.notifications import alert_notification
from chalicelib.alerts.sns import SNSTopic
from linewatch.operate.alert_feed import follow
from linewatch.stack.target import Target
from tests.support.builders import an_inspection
from tests.support.deployment import ENVIRONMENT

TARGET = Target("test", ENVIRONMENT["LINEWATCH_ACCOUNT"], ENVIRONMENT["AWS_REGION"])


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[SNSTopic]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        sns = boto3.client("sns")
        yield SNSTopic(sns, sns.create_topic(Name="linewatch-test-alerts")["TopicArn"])


def publish(topic: SNSTopic, *alert_ids: str) -> None:
    for alert_id in alert_ids:
        alert = Alert(alert_id, Kind.FAILED, an_inspection())
        topic.publish(alert_notification(alert, "https://ab12.execute-api.eu-west-1.amazonaws.com/v1"))


def test_every_alert_since_the_subscription_arrives_once(topic: SNSTopic) -> None:
    publish(topic, "before")
    numbered = [f"a{number}" for number in range(12)]
    with follow(TARGET) as receive:
        publish(topic, *numbered)
        assert sorted(alert.alert_id for alert in receive(0)) == sorted(numbered)
        assert receive(0) == []


def test_a_message_of_an_alarm_is_no_alert(topic: SNSTopic) -> None:
    with follow(TARGET) as receive:
        arn = f"arn:aws:sns:{TARGET.region}:{TARGET.account}:linewatch-test-alerts"
        boto3.client("sns").publish(TopicArn=arn, Message='{"NewStateValue": "ALARM"}')
        publish(topic, "a1")
        assert [alert.alert_id for alert in receive(0)] == ["a1"]


def test_links_lead_to_the_targets_api(topic: SNSTopic) -> None:
    with follow(TARGET) as on_aws, follow(replace(TARGET, api_url="http://127.0.0.1:4566/v1")) as on_emulator:
        publish(topic, "a1")
        [alert], [local] = on_aws(0), on_emulator(0)
    assert "Inspection: https://ab12.execute-api.eu-west-1.amazonaws.com/v1/page#/plates/inspections/" in alert.body
    assert "Inspection: http://127.0.0.1:4566/v1/page#/plates/inspections/" in local.body
    assert alert.subject == "Failed Inspection Alert - AssemblyLine: line-1 Camera: cam-1"


def test_a_subscription_and_its_queue_are_removed_at_the_end(topic: SNSTopic) -> None:
    with pytest.raises(KeyboardInterrupt), follow(TARGET):
        raise KeyboardInterrupt
    assert boto3.client("sns").list_subscriptions()["Subscriptions"] == []
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


def test_only_the_topic_may_send_to_the_follower(topic: SNSTopic) -> None:
    sqs = boto3.client("sqs")
    with follow(TARGET):
        [url] = sqs.list_queues()["QueueUrls"]
        policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    [statement] = json.loads(policy)["Statement"]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:linewatch-test-alerts"}
    }
