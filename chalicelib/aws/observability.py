"""The log, the metrics and the traces. Each log line is one JSON object, which may hold metrics.

A line about one image has its key; once the image is inspected, also the correlation id that goes with it to the lake.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from chalicelib.core.unreadable import Unreadable

NAMESPACE = "Linewatch"
"""Of the metrics, before the stage: the stages of an account share CloudWatch."""
DIMENSIONS = ("project", "line")

type MetricValue = float | Sequence[float]
"""A value, or several: at most 100."""

_logger = logging.getLogger("linewatch")


class JsonLines(logging.Formatter):
    """One JSON object a line, with the metrics of a stage."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self._namespace = f"{NAMESPACE}/{stage}"

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record. `log_event` gives it `fields`, and in `metrics` the names of those that are metrics.

        It has no time, because CloudWatch keeps one for each line, and a level only if that is not INFO.
        """
        level = {} if record.levelno == logging.INFO else {"level": record.levelname}
        line: dict[str, Any] = {**level, "message": record.getMessage(), **getattr(record, "fields", {})}
        if metrics := getattr(record, "metrics", None):
            line["_aws"] = self._envelope(metrics, getattr(record, "dimensions", DIMENSIONS), record.created)
        if record.exc_info:
            line["cause"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, separators=(",", ":"))  # AWS charges for logs by size

    def _envelope(self, metrics: Collection[str], dimensions: Sequence[str], now: float) -> dict[str, object]:
        """What says which fields of a line are metrics.

        Format: "Embedded metric format specification", Amazon CloudWatch User Guide.
        """
        described = [{"Name": name, "Unit": "Count" if is_count(name) else "Milliseconds"} for name in metrics]
        directive = {"Namespace": self._namespace, "Dimensions": [dimensions], "Metrics": described}
        return {"Timestamp": round(now * 1000), "CloudWatchMetrics": [directive]}


def configure(environment: Mapping[str, str] = os.environ) -> None:
    """Send Linewatch's log to standard output, where Lambda collects it. Further calls change nothing.

    LINEWATCH_STAGE is the stage of the metrics; a function always has it.
    """
    if not _logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines(environment.get("LINEWATCH_STAGE", "none")))
        _logger.addHandler(handler)
        _logger.setLevel(logging.INFO)
        _logger.propagate = False


def log_event(
    message: str,
    *,
    metrics: Mapping[str, MetricValue] | None = None,
    dimensions: Sequence[str] = DIMENSIONS,
    **fields: object,
) -> None:
    """Log an event. With metrics, the fields must include their dimensions."""
    values = metrics or {}
    _logger.info(
        message, extra={"fields": {**fields, **values}, "metrics": list(values), "dimensions": list(dimensions)}
    )


def log_count(message: str, count: int) -> None:
    """Log one short line for a batch, unless it is empty: AWS charges for logs by size."""
    if count:
        log_event(message, count=count)


def log_unreadable(unreadable: Collection[Unreadable]) -> None:
    """Log each thing that a reader left out, and count them in one metric that an alarm watches."""
    for each in unreadable:
        log_event("unreadable, left out", where=each.where, name=each.name, reason=each.reason)
    if unreadable:
        metrics = {"UnreadableCount": len(unreadable)}
        log_event("some could not be read", metrics=metrics, project="all", line="all")


def readable[T](found: Iterable[T | Unreadable]) -> Iterator[T]:
    """Those that can be read. Each of the others is logged and counted."""
    for each in found:
        if isinstance(each, Unreadable):
            log_unreadable([each])
        else:
            yield each


def log_failure(message: str, error: BaseException, **fields: object) -> None:
    """Log an error with its traceback and the errors that it came from."""
    _logger.error(message, exc_info=error, extra={"fields": fields})


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
