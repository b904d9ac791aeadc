"""The steps of one image, from the camera's request to the lake, collected from the table, the log and the lake."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.dataset
from pyarrow.fs import FileSystem

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection
from chalicelib.lake.domain import Partition

ASKED_BEFORE = timedelta(minutes=10)
"""A URL is valid for five minutes, so a request before this time was for another upload."""

STEPS = {
    "asked for": "the log has no request for it; the log keeps 30 days",
    "uploaded": "no object has its key: the camera never put it there, or it was deleted",
    "inspected": "it has no inspection: it waits in the queue, or was lost (see `linewatch audit`)",
    "archived": "the lake has no row of it: it is on its way there, or was lost (see `linewatch audit`)",
    "alerted": "the log has no alert: there was no reason for one, or it is older than 30 days",
    "reviewed": "it has no review",
}
"""The steps of an image in order, and what it means when one is missing."""

type LogEntry = Mapping[str, Any]
"""One entry of the functions' log, with its time in `at`."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, when (UTC; None when the time is not known), and details."""

    name: str
    at: datetime | None
    details: str


@dataclass(frozen=True, slots=True)
class Trace:
    """All that is known of one image."""

    key: str
    inspection_id: str | None
    correlation_id: str | None
    steps: Sequence[Step] = field(default_factory=list)

    @property
    def unknown(self) -> dict[str, str]:
        """The missing steps, and what it means that they are missing."""
        known = {step.name for step in self.steps}
        return {step: meaning for step, meaning in STEPS.items() if step not in known}


def trace_of(
    key: str,
    image: UploadedImage | None,
    inspection: Inspection | None,
    entries: Sequence[LogEntry],
    files: Sequence[tuple[str, str]],
) -> Trace:
    """Combine what the bucket, the table, the log and the lake know. `files` are (file of the lake, verdict)."""
    steps = [*map(_step_of, _relevant(entries, key, inspection)), *_of_inspection(inspection)]
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


def _of_inspection(inspection: Inspection | None) -> Iterator[Step]:
    if inspection is None:
        return
    yield Step(
        "captured", inspection.captured_at, f"by {inspection.camera} on {inspection.line}, by the camera's clock"
    )
    yield Step(
        "uploaded",
        inspection.uploaded_at,
        f"{inspection.size_bytes:,} bytes, {inspection.content_type or 'type unknown'}",
    )
    yield Step("inspected", inspection.inspected_at, f"{_verdict(inspection)}; {_times(inspection)}")
    if inspection.reviewed_at is not None:
        said = inspection.review_label or "nothing that counts"
        yield Step("reviewed", inspection.reviewed_at, f"{said} by {inspection.reviewed_by}")


def _verdict(inspection: Inspection) -> str:
    if inspection.reason is not None:
        return f"{inspection.verdict}: {inspection.reason}"
    sure = f"{inspection.verdict}, confidence {inspection.confidence:.2f}, model version {inspection.model_version}"
    return sure if inspection.spot is None else f"{sure}; worst spot: {inspection.spot}"


def _times(inspection: Inspection) -> str:
    """The time in the queue and the time of the inspection itself."""
    milliseconds = (inspection.inspected_at - inspection.uploaded_at).total_seconds() * 1000
    inspecting = inspection.inspection_ms or 0
    return f"{milliseconds - inspecting:,.0f} ms in the queue, {inspecting:,.0f} ms for the inspection"


_STEPS_BY_MESSAGE = {
    "uploads allowed": "asked for",
    "image had its verdict already": "delivered again",
    "inspection failed": "attempt failed",
    "image inspected": "inspected before",
}


def _relevant(entries: Sequence[LogEntry], key: str, inspection: Inspection | None) -> list[LogEntry]:
    """The entries that are steps. Leaves out the one of the verdict that the table has."""
    verdict = inspection.verdict if inspection else None
    return [
        entry
        for entry in entries
        if entry["message"] in _STEPS_BY_MESSAGE or entry["message"].startswith("alert ")
        if (entry["message"], entry.get("verdict")) != ("image inspected", verdict)
        if "images" not in entry or _names(entry, key)
    ]


def _names(entry: LogEntry, key: str) -> bool:
    """Whether a request for uploads names this key, or image id."""
    folder, _, image = key.rpartition("/")
    return image in entry["images"] and folder in ("", entry["folder"])


def _step_of(entry: LogEntry) -> Step:
    at = entry["at"]
    message = entry["message"]
    match _STEPS_BY_MESSAGE.get(message, "alerted"):
        case "asked for" as step:
            return Step(step, at, f"by key {entry['key_id']}, {_batch_size(entry.get('images', ()))}")
        case "alerted" as step:
            return Step(step, at, f"{message.removeprefix('alert ')}, alert {entry['alert_id']}")
        case "attempt failed" as step:
            return Step(step, at, entry["cause"].strip().splitlines()[-1])
        case "inspected before" as step:
            return Step(step, at, f"{entry['verdict']}: {entry.get('reason') or 'no reason'}")
        case step:
            return Step(step, at, "")


def _batch_size(batch: Sequence[str]) -> str:
    """The number of images in the same batch, in words."""
    return f"in a batch of {len(batch)}" if len(batch) > 1 else "alone"


def log_entries(logs: Any, group: str, searches: Collection[Sequence[str]], since: datetime) -> list[LogEntry]:
    """The entries since `since` that contain all words of one of the searches, in order of time.

    Each has in `at` when CloudWatch got it.
    """
    entries: dict[tuple[int, str], LogEntry] = {}
    for words in searches:
        pattern = " ".join(f'"{word}"' for word in words)
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern=pattern, startTime=int(since.timestamp() * 1000)
        )
        for event in (event for page in pages for event in page["events"]):
            if entry := _read(event["message"]):
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                entries[event["timestamp"], event["message"]] = {**entry, "at": at}
    return sorted(entries.values(), key=lambda entry: entry["at"])


def _read(message: str) -> LogEntry | None:
    """An entry that Linewatch wrote; None for one of Lambda."""
    try:
        entry = json.loads(message)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "message" in entry else None


def files_with(lake: FileSystem, bucket: str, inspection: Inspection) -> list[tuple[str, str]]:
    """The lake's files with rows of the inspection, each with its verdict. Reads three columns of its day and line."""
    folder = f"{bucket}/{Partition.of(inspection).prefix}"
    try:
        rows = pyarrow.dataset.dataset(folder, filesystem=lake, format="parquet").to_table(
            columns=["__filename", "verdict", "revision"],
            filter=pyarrow.dataset.field("inspection_id") == inspection.inspection_id,
        )
    except FileNotFoundError:
        return []
    return [(row["__filename"].removeprefix(f"{bucket}/"), row["verdict"]) for row in rows.to_pylist()]
