"""AWS envelopes into domain values, and one function for each event handler of app.py, with the use case it feeds."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from chalicelib import outside, wiring
from chalicelib.domain.agreement import nightly_days
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection, Verdict
from chalicelib.errors import NotReconciled
from chalicelib.events import INSPECTION_FACT, AnyInspectionFact
from chalicelib.messages import Message, each_message, messages_of, settle
from chalicelib.observability import tell, tell_failure, tracer
from chalicelib.stages.alerting import Fate


def uploads_in(message: Message) -> Iterator[UploadedImage]:
    """The objects that an S3 notification announces; S3's test event announces none."""
    notification = json.loads(message.body)
    if notification.get("Event") == "s3:TestEvent":
        return
    for record in notification["Records"]:
        stored = record["s3"]["object"]
        yield UploadedImage(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"]),
            etag=stored["eTag"].strip('"'),
            size_bytes=stored["size"],
            uploaded_at=datetime.fromisoformat(record["eventTime"]),
        )


def fact_in(message: Message) -> AnyInspectionFact:
    """The fact that a rule of the bus put on a queue."""
    return INSPECTION_FACT.validate_python(json.loads(message.body)["detail"])


def inspect_images(event: Mapping[str, Any], inspect: Callable[[UploadedImage], tuple[Inspection, bool]]) -> None:
    """Judge every image that the batch announces; their objects are read at the same time."""
    traced = tracer()

    def handle(message: Message) -> None:
        for image in uploads_in(message):
            with traced("inspect_image") as annotate, errors_counted(image):
                inspection, new = inspect(image)
                annotate([inspection.correlation_id])
            tell_inspection(inspection, new)

    messages = messages_of(event)
    each_message(messages, handle, queues=outside.queues(), causes=outside.causes(), workers=len(messages))


@contextmanager
def errors_counted(image: UploadedImage) -> Iterator[None]:
    """Count an attempt that failed for the image's project and line, and let the failure pass."""
    try:
        yield
    except Exception as error:
        project, line = image.whereabouts
        tell_failure("inspection failed", error, metrics={"ErrorCount": 1}, project=project, line=line, key=image.key)
        raise


def tell_inspection(inspection: Inspection, new: bool) -> None:
    """Log a verdict; a new one is also counted and timed."""
    tell(
        "image inspected" if new else "image had its verdict already",
        metrics=metrics_of(inspection) if new else None,
        project=inspection.project,
        line=inspection.line,
        correlation_id=inspection.correlation_id,
        inspection_id=inspection.inspection_id,
        key=inspection.key,
        verdict=inspection.verdict,
        reason=inspection.reason,
    )


def metrics_of(inspection: Inspection) -> dict[str, float]:
    """What one new inspection adds to the metrics; times in ms."""
    latency = (inspection.inspected_at - inspection.uploaded_at).total_seconds() * 1000
    return {
        "ProcessedImageCount": int(inspection.verdict in (Verdict.NORMAL, Verdict.ANOMALOUS)),
        "DetectedAnomalyCount": int(inspection.verdict is Verdict.ANOMALOUS),
        "InvalidImageCount": int(inspection.verdict is Verdict.REJECTED),
        "FailedImageCount": int(inspection.verdict is Verdict.FAILED),
        "InspectionLatency": latency,
        "QueueDelay": inspection.queue_ms or 0.0,
    }


def relay_changes(
    event: Mapping[str, Any], relay: Callable[[Sequence[Mapping[str, Any]]], list[AnyInspectionFact]]
) -> None:
    """Tell the bus what changed in the table."""
    with tracer()("relay_changes") as annotate:
        facts = relay(event["Records"])
        annotate([fact.correlation_id for fact in facts])
    tell_facts("facts told to the bus", facts)


def tell_facts(message: str, facts: Collection[AnyInspectionFact]) -> None:
    """One line for a batch: the log is paid for by its length, and any id in it finds the line."""
    if facts:
        tell(message, correlation_ids=[fact.correlation_id for fact in facts])


def archive_results(
    event: Mapping[str, Any], archive: Callable[[Sequence[AnyInspectionFact]], list[Exception | None]]
) -> None:
    """Store what a batch of facts tells as rows of the lake; a message that tells none harms none of the others."""
    facts: dict[Message, AnyInspectionFact] = {}
    outcomes: list[tuple[Message, Exception | None]] = []
    for message in messages_of(event):
        try:
            facts[message] = fact_in(message)
        except (KeyError, TypeError, ValueError) as error:
            outcomes.append((message, error))
    with tracer()("archive_results") as annotate:
        annotate([fact.correlation_id for fact in facts.values()])
        archived = list(zip(facts, archive(list(facts.values())), strict=True))
    tell_facts("results archived", [facts[message] for message, error in archived if error is None])
    settle(outcomes + archived, queues=outside.queues(), causes=outside.causes())


def raise_alerts(event: Mapping[str, Any], raise_alert: Callable[[AnyInspectionFact], Fate]) -> None:
    """Tell people what they must act on."""
    traced = tracer()

    def handle(message: Message) -> None:
        fact = fact_in(message)
        with traced("raise_alert") as annotate:
            annotate([fact.correlation_id])
            seen, fate = fact.inspection, raise_alert(fact)
        if fate is not Fate.QUIET:
            tell(
                f"alert {fate}",
                project=seen.project,
                line=seen.line,
                correlation_id=fact.correlation_id,
                inspection_id=seen.inspection_id,
                alert_id=fact.event_id,
                verdict=seen.verdict,
            )

    each_message(messages_of(event), handle, queues=outside.queues(), causes=outside.causes())


def note_lost_images(event: Mapping[str, Any], note: Callable[..., list[tuple[Inspection, bool]]]) -> None:
    """Turn the dead letters of the inspection queue into failed inspections, each with the cause that was kept."""
    causes = outside.causes()
    tried = {record["messageId"]: _first_received(record) for record in event["Records"]}

    def handle(message: Message) -> None:
        noted = note(
            message.body,
            partial(uploads_in, message),
            cause=causes.find(message.message_id),
            tried_at=tried[message.message_id],
        )
        for inspection, new in noted:
            tell_inspection(inspection, new)

    each_message(messages_of(event), handle, queues=outside.queues(), causes=None)


def _first_received(record: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(record["attributes"]["ApproximateFirstReceiveTimestamp"]) / 1000, UTC)


MILLISECONDS_TO_SPARE = 60_000
"""When less is left of a function's time, no further piece is compared."""


def reconcile(context: Any) -> None:
    """Send again what is missing of tonight's days, log each, and count them; `NotReconciled` when time runs out."""
    counts: Counter[str] = Counter()
    for piece in wiring.reconciliation().compare(nightly_days(outside.clock().date()), repair=True):
        for each in piece.missing:
            tell(f"{each.gap} was missing", inspection_id=each.inspection_id, where=each.where, since=each.since)
        counts.update({piece.things: piece.count, "missing": len(piece.missing), "waiting": piece.waiting})
        if context.get_remaining_time_in_millis() < MILLISECONDS_TO_SPARE:
            _tell_comparison(counts)
            raise NotReconciled(
                f"time was up after {piece.things} of {piece.day}: compare that day and those before it with"
                " `python -m linewatch audit --repair --since DAY --until DAY`"
            )
    _tell_comparison(counts)


def _tell_comparison(counts: Mapping[str, int]) -> None:
    """Also when nothing is missing: a metric without a value each day says that nobody looked."""
    metrics = {"MissingCount": counts.get("missing", 0)}
    tell("bucket, table and lake compared", metrics=metrics, project="all", line="all", compared=counts)
