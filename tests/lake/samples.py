"""Events to store, and a fake S3 in a folder, with fault injection."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict, confidence_of

FROM_THE_MODEL = ("width", "height", "anomaly_probability", "confidence", "anomaly_score", "model_version")
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def an_inspection(number: int, *, line: str = "L1", days: int = 0, **changes: Any) -> Inspection:
    """Inspection `number`, captured `days` after 14 March 2026 at noon UTC."""
    captured_at = NOON + timedelta(days=days, seconds=number, microseconds=1)
    values: dict[str, Any] = {
        "inspection_id": f"{number:032x}",
        "revision": 1,
        "project": "plates",
        "line": line,
        "camera": "cam-1",
        "image_id": f"image-{number}",
        "bucket": "bucket",
        "key": f"images/plates/{line}/cam-1/{captured_at.date()}/image-{number}",
        "etag": f"{number:032x}",
        "size_bytes": 2**40 + number,
        "content_type": "image/jpeg",
        "width": 640,
        "height": 480,
        "captured_at": captured_at,
        "uploaded_at": captured_at + timedelta(milliseconds=300),
        "inspected_at": captured_at + timedelta(seconds=2),
        "verdict": Verdict.NORMAL,
        "anomaly_probability": 0.1,
        "confidence": confidence_of(0.1),
        "anomaly_score": 1.25,
        "model_version": "7",
        "queue_ms": 120.5,
        "inspection_ms": 23.4,
        "correlation_id": f"request-{number}",
    }
    return Inspection(**values | changes)


def history(number: int, **location: Any) -> list[AnyInspectionEvent]:
    """The events of an image that failed before it was read, was inspected later, and was reviewed."""
    inspection = an_inspection(number, **location)
    unknown: dict[str, Any] = dict.fromkeys(FROM_THE_MODEL)
    failed = an_inspection(
        number,
        **location,
        **unknown,
        revision=0,
        verdict=Verdict.FAILED,
        reason="worker died or timed out",
        captured_at=inspection.captured_at + timedelta(days=1),
        original_message='{"Records": []}',
    )
    reviewed = an_inspection(
        number,
        **location,
        revision=2,
        review_label="anomalous",
        review_kind="Kratzer",
        review_action="line_stopped",
        review_drawn_in=inspection.inspected_at - timedelta(hours=2),
        reviewed_by="inspector-1",
        reviewed_at=inspection.inspected_at + timedelta(hours=1),
        review_comment='Kratzer über 3 µm, "tief"\n\\ 傷',
    )
    return [event_of(revision) for revision in (failed, inspection, reviewed)]


class Died(BaseException):
    """The process was killed: nothing in it catches this."""


@dataclass
class FolderS3:
    """The part of an S3 client that the lake uses. `before` and `after` are called around each call with its number."""

    root: Path
    before: Callable[[int], None] = lambda _call: None
    after: Callable[[int], None] = lambda _call: None
    calls: int = 0
    lock: Lock = field(default_factory=Lock)

    class exceptions:  # noqa: N801 - the client's own name
        """The client's modelled errors."""

        class NoSuchKey(Exception):
            """No object has this key."""

    def get_paginator(self, _operation: str) -> "FolderS3":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        keys = sorted(str(path.relative_to(self.root)) for path in (self.root / Prefix).rglob("*") if path.is_file())
        yield self._around(lambda: {"Contents": [{"Key": key, "LastModified": self._written_at(key)} for key in keys]})

    def _written_at(self, key: str) -> datetime:
        """Now for a file that is gone again: it was there when the keys were listed."""
        path = self.root / key
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else datetime.now(UTC)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        def get() -> dict[str, Any]:
            try:
                return {"Body": BytesIO((self.root / Key).read_bytes())}
            except FileNotFoundError as error:
                raise self.exceptions.NoSuchKey(Key) from error

        return self._around(get)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str = "") -> None:  # noqa: N803
        def put() -> None:
            path = self.root / Key
            if path.exists():
                raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": ""}}, "PutObject")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(Body)

        self._around(put)

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        def delete() -> dict[str, Any]:
            for item in Delete["Objects"]:
                (self.root / item["Key"]).unlink(missing_ok=True)
            return {}

        return self._around(delete)

    def _around[T](self, call: Callable[[], T]) -> T:
        with self.lock:
            self.calls += 1
            number = self.calls
        self.before(number)
        answer = call()
        self.after(number)
        return answer


def files_of(root: Path) -> Sequence[Path]:
    """Every file of a lake."""
    return sorted(root.rglob("*.parquet"))
