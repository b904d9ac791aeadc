"""The Lambda events of the lake."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws.eventbridge import event_in
from chalicelib.aws.observability import log_count
from chalicelib.aws.sqs_batch import BatchAnswer, Message, messages_of, settle
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.wiring import LakeWiring


def archive_results(lambda_event: Mapping[str, Any], lake: LakeWiring) -> BatchAnswer:
    """Store a batch of events as rows of the lake. A message without a valid event does not affect the others."""
    platform = lake.platform
    events: dict[Message, AnyInspectionEvent] = {}
    outcomes: list[tuple[Message, Exception | None]] = []
    for message in messages_of(lambda_event):
        try:
            events[message] = event_in(message.body)
        except Exception as error:  # noqa: BLE001 - the outcome of this message
            outcomes.append((message, error))
    with platform.tracer()("archive_results") as annotate:
        annotate([event.correlation_id for event in events.values()])
        archived = list(zip(events, lake.archive(list(events.values())), strict=True))
    log_count("results archived", sum(error is None for _, error in archived))
    return settle(outcomes + archived, platform)


def compact_lake(lake: LakeWiring) -> None:
    """Merge the files of each day and line."""
    lake.compact()
