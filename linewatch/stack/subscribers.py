"""The topics of a stack that nobody listens to yet."""

from typing import Any

from linewatch.stack.account import Account
from linewatch.stack.stack_status import resources_of


def silent_topics(account: Account, stack: str) -> list[str]:
    """A line for each topic of the stack with no subscriber, or with one that has not confirmed."""
    resources = resources_of(account.client("cloudformation"), stack)
    topics = [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::SNS::Topic"]
    sns = account.client("sns")
    return [line for topic in sorted(topics) if (line := _line(sns, topic))]


def _line(sns: Any, topic: str) -> str | None:
    """By SNS's own counts, which follow a subscription after a while."""
    counts = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    name = topic.rsplit(":", 1)[1]
    if pending := int(counts.get("SubscriptionsPending", 0)):
        return f"{name}: {pending} subscribers have not confirmed. AWS has sent them an e-mail with a link"
    if not int(counts.get("SubscriptionsConfirmed", 0)):
        return (
            f"{name}: nobody is subscribed, so its messages reach nobody. Subscribe somebody, or set an e-mail address"
        )
    return None
