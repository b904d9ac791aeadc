"""What people would look at: alarms, who gets messages, dead letters."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from linewatch.operate.check.deployed import Stack
from linewatch.operate.check.outcome import Outcome, Status
from linewatch.stack.target import Target

_MOST_NAMES = 100
"""The most alarms that CloudWatch describes by name in one request."""
_COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


def checked_alarms(target: Target, stack: Stack) -> Iterator[Outcome]:
    """Each of the stage's alarms that rings, with what its description says."""
    cloudwatch = target.client("cloudwatch")
    alarms: list[dict[str, Any]] = []
    for names in batched(stack.resources.get("CloudWatch::Alarm", []), _MOST_NAMES):
        alarms += cloudwatch.describe_alarms(AlarmNames=list(names), MaxRecords=_MOST_NAMES)["MetricAlarms"]
    ringing = [alarm for alarm in alarms if alarm["StateValue"] == "ALARM"]
    for alarm in ringing:
        yield Outcome("alarms", Status.WARNING, alarm["AlarmName"], alarm.get("AlarmDescription", ""))
    if not ringing:
        yield Outcome("alarms", Status.OK, f"none of {len(alarms)} rings")


def checked_subscribers(target: Target, stack: Stack) -> Outcome:
    """Whether somebody gets the messages of each topic, and confirmed it."""
    sns = target.client("sns")
    found, warnings = [], []
    for topic in stack.resources.get("SNS::Topic", []):
        name = topic.rsplit("-", 1)[-1]
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        subscriptions = [each for page in pages for each in page["Subscriptions"]]
        pending = [each["Endpoint"] for each in subscriptions if each["SubscriptionArn"] == "PendingConfirmation"]
        found.append(f"{name}: {_endpoints(subscriptions)}")
        if pending:
            warnings.append(f"{', '.join(pending)} must confirm the mail from AWS about {name}")
        elif not subscriptions:
            warnings.append(f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint ADDRESS")
    details = "; ".join(found)
    return Outcome("subscribers", Status.WARNING if warnings else Status.OK, details, "; ".join(warnings))


def _endpoints(subscriptions: list[dict[str, Any]]) -> str:
    def shown(each: dict[str, Any]) -> str:
        pending = each["SubscriptionArn"] == "PendingConfirmation"
        return f"{each['Endpoint']} (not confirmed)" if pending else str(each["Endpoint"])

    return ", ".join(map(shown, subscriptions)) or "nobody"


def checked_dead_letters(target: Target, stack: Stack) -> Outcome:
    """How many messages each dead-letter queue holds, hidden ones included. Nothing is read, so nothing is hidden."""
    sqs = target.client("sqs")
    held: dict[str, int] = {}
    for url in stack.resources.get("SQS::Queue", []):
        if url.endswith("-dlq"):
            counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)["Attributes"]
            held[url.rsplit("/", 1)[-1]] = sum(map(int, counts.values()))
    full = {name: count for name, count in held.items() if count}
    if full:
        details = ", ".join(f"{name}: {count}" for name, count in full.items())
        return Outcome("dead letters", Status.FAILED, details, "linewatch dead-letters list; mend, then redrive")
    return Outcome("dead letters", Status.OK, f"none in {len(held)} queues")
