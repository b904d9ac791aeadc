"""After a restart: have hosted projects inspected again, and send again what was on its way when the emulator ended."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.composition import Linewatch
from chalicelib.core.clock import utc_now
from chalicelib.recovery.domain import SETTLED, Missing, days_between
from linewatch.stack.target import Target

_LONGEST = timedelta(days=31)
_QUEUES = ("uploads", "inspection", "results")
_WAIT_SECONDS = 10
_LOST_BEFORE_THE_END = timedelta(seconds=10)
"""Messages of the last second before a crash are lost; what is announced for nothing is inspected once all the same."""


def days_since(ended: datetime, today: date) -> list[date]:
    """The days of what may have been on its way: from the day before the end until today, but not over a month."""
    return days_between(max(min(ended.astimezone(UTC).date(), today) - timedelta(days=1), today - _LONGEST), today)


def send_again(target: Target, ended: datetime) -> list[Missing]:
    """Compare bucket, table and lake since the emulator ended, send again what is missing, and return it.

    Nothing is still in progress after a restart but what the queues hold, so this does not leave out what is young. It
    first waits, for a short time, until the queues are empty.
    """
    linewatch = target.linewatch()
    wake_hosting(linewatch)
    _wait(lambda: _messages(target))
    reconciliation = replace(
        linewatch.recovery.reconciliation,
        clock=lambda: utc_now() + SETTLED,
        messages_lost_since=ended - _LOST_BEFORE_THE_END,
    )
    days = days_since(ended, utc_now().date())
    return [each for piece in reconciliation.compare(days, repair=True) for each in piece.missing]


def wake_hosting(linewatch: Linewatch) -> None:
    """Have projects followed that are not as their records say: a mapping made since the last save is lost by a kill.

    `follow_hosting` runs each minute, so without this their images would wait for up to a minute.
    """
    for project in linewatch.hosting.hosting.unfinished():
        linewatch.projects.waker.wake(project)


def _wait(messages: Callable[[], int]) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while messages() and time.monotonic() < until:
        time.sleep(0.25)


def _messages(target: Target) -> int:
    """How many messages the queues of the pipeline hold, received ones too."""
    sqs = target.client("sqs")
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    held = 0
    for queue in _QUEUES:
        url = sqs.get_queue_url(QueueName=f"linewatch-{target.stage}-{queue}")["QueueUrl"]
        held += sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))
    return held
