"""The Lambda events of recovery: images that ran out of attempts, and the nightly comparison."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from chalicelib.aws.measurements import Measure, measurements
from chalicelib.aws.observability import log_event, log_unreadable
from chalicelib.aws.s3_notification import read_notification
from chalicelib.aws.sqs_batch import BatchAnswer, Message, each_message
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import NotReconciled
from chalicelib.inspections.commit_log import log_commit
from chalicelib.recovery.domain import nightly_days
from chalicelib.recovery.wiring import RecoveryWiring

LAST_RECEIVE = 100
"""With this many receives, hours after the first, a dead letter that cannot be noted is set aside."""


def note_lost_images(lambda_event: Mapping[str, Any], recovery: RecoveryWiring) -> BatchAnswer:
    """Turn the dead letters of the inspection queue into failed inspections, each with its recorded error.

    A dead letter that cannot be noted again and again goes to the queue of the unreadable, with the last error.
    """
    platform = recovery.platform
    note, errors = recovery.note_lost_images, platform.failure_log
    tried = {record["messageId"]: _first_received(record) for record in lambda_event["Records"]}

    def handle(message: Message, measure: Measure) -> None:
        notification = read_notification(message.body)
        try:
            commits = note(
                message.body,
                notification.images,
                notification.errors,
                error=errors.find(message.message_id),
                tried_at=tried[message.message_id],
            )
        except Exception as error:
            if message.receives < LAST_RECEIVE:
                raise
            recovery.unreadable.put(message.body, error=describe_error(error))
            return
        for commit in commits:
            log_commit(commit, measure)

    with measurements(per_line=platform.settings.metrics_per_line) as measure:
        return each_message(lambda_event, partial(handle, measure=measure), platform, record_errors=False)


def _first_received(record: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(record["attributes"]["ApproximateFirstReceiveTimestamp"]) / 1000, UTC)


MILLISECONDS_TO_SPARE = 60_000
"""With less time left, the function stops comparing."""


def reconcile(context: Any, recovery: RecoveryWiring) -> None:
    """Compare the nightly days, send again what is missing, log and count it; `NotReconciled` when time runs out.

    `context` is the Lambda context.
    """
    counts: Counter[str] = Counter()
    days = nightly_days(recovery.platform.clock().date())
    for piece in recovery.reconciliation.compare(days, repair=True):
        for each in piece.missing:
            log_event(f"{each.gap} was missing", inspection_id=each.inspection_id, where=each.where, since=each.since)
        log_unreadable(piece.unreadable)
        counts.update(piece.counts)
        if context.get_remaining_time_in_millis() < MILLISECONDS_TO_SPARE:
            _log_comparison(counts)
            raise NotReconciled(
                f"time ran out after the {piece.things} of {piece.day}: compare that day and the days before it with"
                " `python -m linewatch audit --repair --since DAY --until DAY`"
            )
    _log_comparison(counts)


def _log_comparison(counts: Mapping[str, int]) -> None:
    """Log the metric even when nothing is missing: a day without a value means that nothing was compared."""
    metrics = {"MissingCount": counts.get("missing", 0)}
    log_event("bucket, table and lake compared", metrics=metrics, project="all", line="all", compared=counts)
