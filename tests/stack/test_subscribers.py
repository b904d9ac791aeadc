"""After a deployment, topics that nobody listens to are named."""

from types import SimpleNamespace
from typing import Any

import pytest

from linewatch.stack.subscribers import silent_topics
from tests.support.fake_cloudformation import FakeAccount, FakeCloudFormation

TOPIC = "arn:aws:sns:eu-west-1:123456789012:linewatch-plant-alerts"


class Account(FakeAccount):
    """With a topic that has these subscribers."""

    counts: dict[str, str]

    def client(self, service: str) -> Any:
        topics = SimpleNamespace(get_topic_attributes=lambda **_: {"Attributes": self.counts})
        return topics if service == "sns" else self.cloudformation


def lines(**counts: str) -> list[str]:
    account = Account(FakeCloudFormation([None], resources=[("AlertsTopic", "AWS::SNS::Topic", TOPIC)]))
    account.counts = counts
    return silent_topics(account, "linewatch-plant")


@pytest.mark.parametrize(
    ("confirmed", "pending", "words"),
    [("0", "0", "nobody is subscribed"), ("0", "1", "1 subscribers have not confirmed"), ("3", "1", "not confirmed")],
)
def test_a_topic_without_a_confirmed_subscriber_is_named(confirmed: str, pending: str, words: str) -> None:
    [line] = lines(SubscriptionsConfirmed=confirmed, SubscriptionsPending=pending)
    assert line.startswith("linewatch-plant-alerts: ")
    assert words in line


def test_a_topic_with_subscribers_is_not_named() -> None:
    assert lines(SubscriptionsConfirmed="1", SubscriptionsPending="0") == []
