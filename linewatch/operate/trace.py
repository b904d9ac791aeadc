"""One image's way from the camera's request to the lake, put together from the table, the log and the lake."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.dataset
from pyarrow.fs import FileSystem

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection
from chalicelib.lake.domain import Partition

ASKED_BEFORE = timedelta(minutes=10)
"""A URL is good for five minutes: what was asked for earlier than this before the upload was another one."""

STEPS = {
    "asked for": "the log has no request for it; it keeps 30 days",
    "uploaded": "nothing is stored under its key: the camera never put it, or it was deleted",
    "inspected": "it has no inspection yet: it waits in the queue, or was lost (see `audit`)",
    "published": "the log does not say so",
    "archived": "the lake has no row of it yet (see `audit`)",
    "alerted": "the log has no alert: none was due, or it was more than 30 days ago",
    "reviewed": "nobody reviewed it",
}
"""The way of an image, and what the absence of a stage means."""

type Line = Mapping[str, Any]
"""One line of the functions' log."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, when (UTC; None where only that it did is known), and what is told of it."""

    name: str
    at: datetime | None
    told: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything known of one image."""

    key: str
    inspection_id: str | None
    correlation_id: str | None
    steps: Sequence[Step] = field(default_factory=list)

    @property
    def unknown(self) -> dict[str, str]:
        """The stages without a step, and what that means."""
        known = {step.name for step in self.steps}
        return {step: meaning for step, meaning in STEPS.items() if step not in known}


def trace_of(
    key: str,
    image: UploadedImage | None,
    inspection: Inspection | None,
    lines: Sequence[Line],
    files: Sequence[tuple[str, str]],
) -> Trace:
    """Put together what the bucket, the table, the log and the lake (file, verdict) know of one image."""
    steps = [*map(_of_line, _telling(lines, inspection)), *_of_inspection(inspection)]
    if inspection is None and image is not None:
        steps.append(Step("uploaded", image.uploaded_at, f"{image.size_bytes:,} bytes"))
    steps += [Step("archived", None, f"verdict {verdict} in {file}") for file, verdict in files]
    last = max((step.at for step in steps if step.at), default=datetime.min.replace(tzinfo=UTC))
    return Trace(
        key,
        inspection.inspection_id if inspection else image.inspection_id if image else None,
        inspection.correlation_id if inspection else None,
        sorted(steps, key=lambda step: (step.at or last, step.at is None)),
    )


def _of_inspection(seen: Inspection | None) -> Iterator[Step]:
    if seen is None:
        return
    yield Step("captured", seen.captured_at, f"by {seen.camera} on {seen.line}, by the camera's clock")
    yield Step("uploaded", seen.uploaded_at, f"{seen.size_bytes:,} bytes, {seen.content_type or 'type unknown'}")
    yield Step("inspected", seen.inspected_at, f"{_verdict(seen)}; {_times(seen)}")
    if seen.reviewed_at is not None:
        yield Step("reviewed", seen.reviewed_at, f"{seen.review_label} by {seen.reviewed_by}")


def _verdict(seen: Inspection) -> str:
    if seen.reason is not None:
        return f"{seen.verdict}: {seen.reason}"
    return f"{seen.verdict}, confidence {seen.confidence:.2f}, model version {seen.model_version}"


def _times(seen: Inspection) -> str:
    """How long it waited and how long it took."""
    milliseconds = (seen.inspected_at - seen.uploaded_at).total_seconds() * 1000
    worked = seen.inspection_ms or 0
    return f"{milliseconds - worked:,.0f} ms in the queue, {worked:,.0f} ms at work"


_STEP_OF = {
    "uploads allowed": "asked for",
    "events published": "published",
    "results archived": "archived",
    "image had its verdict already": "delivered again",
    "inspection failed": "attempt failed",
    "image inspected": "inspected before",
}


def _telling(lines: Sequence[Line], inspection: Inspection | None) -> list[Line]:
    """The lines that tell more than the table: not the one about the verdict that it has."""
    verdict = inspection.verdict if inspection else None
    return [
        line
        for line in lines
        if line["message"] in _STEP_OF or line["message"].startswith("alert ")
        if (line["message"], line.get("verdict")) != ("image inspected", verdict)
    ]


def _of_line(line: Line) -> Step:
    at = datetime.fromisoformat(line["at"])
    message = line["message"]
    match _STEP_OF.get(message, "alerted"):
        case "asked for" as step:
            return Step(step, at, f"by key {line['key_id']}, {_company(line['keys'])}")
        case "alerted" as step:
            return Step(step, at, f"{message.removeprefix('alert ')}, alert {line['alert_id']}")
        case "attempt failed" as step:
            return Step(step, at, line["cause"].strip().splitlines()[-1])
        case "inspected before" as step:
            return Step(step, at, f"{line['verdict']}: {line['reason'] or 'no reason'}")
        case step:
            return Step(step, at, _company(line.get("correlation_ids", ())))


def _company(batch: Sequence[str]) -> str:
    """How many were in the same batch."""
    return f"in a batch of {len(batch)}" if len(batch) > 1 else "alone"


def lines_about(logs: Any, group: str, terms: Sequence[str], since: datetime) -> list[Line]:
    """The log's lines that hold one of the terms, in order of time; a request reads the log from `since` on."""
    found: dict[str, Line] = {}
    for term in terms:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern=f'"{term}"', startTime=int(since.timestamp() * 1000)
        )
        for page in pages:
            found |= {event["message"]: line for event in page["events"] if (line := _read(event["message"]))}
    return sorted(found.values(), key=lambda line: str(line["at"]))


def _read(message: str) -> Line | None:
    """A line of Linewatch's own; None for those of Lambda."""
    try:
        line = json.loads(message)
    except ValueError:
        return None
    return line if isinstance(line, dict) and {"at", "message"} <= line.keys() else None


def files_with(lake: FileSystem, bucket: str, inspection: Inspection) -> list[tuple[str, str]]:
    """The lake's files that hold the inspection, and its verdict there; reads three columns of its line's day."""
    folder = f"{bucket}/{Partition.of(inspection).prefix}"
    try:
        rows = pyarrow.dataset.dataset(folder, filesystem=lake, format="parquet").to_table(
            columns=["__filename", "verdict", "revision"],
            filter=pyarrow.dataset.field("inspection_id") == inspection.inspection_id,
        )
    except FileNotFoundError:
        return []
    return [(row["__filename"].removeprefix(f"{bucket}/"), row["verdict"]) for row in rows.to_pylist()]
