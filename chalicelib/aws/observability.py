"""The log, the metrics and the traces. Each log line is one JSON object, which may hold metrics.

The correlation id of an image is the same in every log line, from the camera's request to the row in the lake.
"""

import json
import logging
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.events import Event
from chalicelib.core.unreadable import Unreadable

NAMESPACE = "Linewatch"
DIMENSIONS = ("project", "line")

type MetricValue = float | Sequence[float]
"""A value, or several: at most 100."""

_logger = logging.getLogger("linewatch")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["cause"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, separators=(",", ":"))  # AWS charges for logs by size


def configure() -> None:
    """Send Linewatch's log to standard output, where Lambda collects it. Further calls change nothing."""
    if not _logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(_Json())
        _logger.addHandler(handler)
        _logger.setLevel(logging.INFO)
        _logger.propagate = False


def log_event(message: str, *, metrics: Mapping[str, MetricValue] | None = None, **fields: object) -> None:
    """Log an event. With metrics, the fields must include `project` and `line`."""
    _logger.info(message, extra={"fields": _with_metrics(fields, metrics)})


def log_events(message: str, events: Collection[Event]) -> None:
    """Log one line for a batch: AWS charges for logs by size, and a search for any of the ids finds the line."""
    if events:
        log_event(message, correlation_ids=[event.correlation_id for event in events])


def log_unreadable(unreadable: Collection[Unreadable]) -> None:
    """Log each thing that a reader left out, and count them in one metric that an alarm watches."""
    for each in unreadable:
        log_event("unreadable, left out", where=each.where, name=each.name, reason=each.reason)
    if unreadable:
        metrics = {"UnreadableCount": len(unreadable)}
        log_event("some could not be read", metrics=metrics, project="all", line="all")


def log_failure(message: str, error: BaseException, **fields: object) -> None:
    """Log an error with its traceback and the errors that it came from."""
    _logger.error(message, exc_info=error, extra={"fields": fields})


def _with_metrics(fields: dict[str, object], metrics: Mapping[str, MetricValue] | None) -> dict[str, object]:
    """Add the envelope from which CloudWatch takes the metrics.

    Format: "Embedded metric format specification", Amazon CloudWatch User Guide.
    """
    if not metrics:
        return fields
    described = [{"Name": name, "Unit": "Count" if is_count(name) else "Milliseconds"} for name in metrics]
    directive = {"Namespace": NAMESPACE, "Dimensions": [DIMENSIONS], "Metrics": described}
    now = int(datetime.now(UTC).timestamp() * 1000)
    return {**fields, **metrics, "_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]}}


def is_count(metric: str) -> bool:
    """Whether a metric counts; the others are times in ms."""
    return metric.endswith("Count")


type Annotate = Callable[[Sequence[str]], None]
type Tracer = Callable[[str], AbstractContextManager[Annotate]]


def tracer(*, traced: bool) -> Tracer:
    """Return a maker of subsegments of the current X-Ray trace, for use in any thread. Unless `traced` it does nothing.

    `with tracer("name") as annotate:` makes a subsegment; `annotate` takes the correlation ids of its images. One id
    becomes an annotation, by which X-Ray can find the trace; the ids of a batch become metadata.
    """
    if not traced:
        return lambda _name: nullcontext(lambda _correlation_ids: None)
    from aws_xray_sdk.core import xray_recorder

    parent = xray_recorder.get_trace_entity()

    @contextmanager
    def subsegment(name: str) -> Iterator[Annotate]:
        xray_recorder.set_trace_entity(parent)
        with xray_recorder.in_subsegment(name) as part:
            yield lambda correlation_ids: _annotate(part, correlation_ids)

    return subsegment


def _annotate(part: Any, correlation_ids: Sequence[str]) -> None:
    if len(correlation_ids) == 1:
        part.put_annotation("correlation_id", correlation_ids[0])
    else:
        part.put_metadata("correlation_ids", list(correlation_ids))
