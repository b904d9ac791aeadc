"""How long messages wait, as CloudWatch has measured it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.core.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LATEST = timedelta(minutes=5)
"""SQS measures each minute; its values come some minutes late."""


class CloudWatchQueueAges:
    """The ages of the oldest messages of queues."""

    def __init__(self, client: "CloudWatchClient", clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def oldest(self, queue: str) -> timedelta | None:
        """One request. The emulator measures nothing."""
        now = self._clock()
        found = self._client.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=now - LATEST,
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        latest = max(found, key=lambda each: each["Timestamp"], default=None)
        return None if latest is None else timedelta(seconds=latest["Maximum"])
