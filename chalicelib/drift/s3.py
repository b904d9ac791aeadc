"""The hours of days and what the watch remembers, in the bucket under `drift/`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from chalicelib.aws.s3_objects import content_of
from chalicelib.drift.domain import STATISTICS, WATCHED, HourLevel, Watched
from chalicelib.drift.ports import KeptDays

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_STATE = "drift/watched.json"
_HOURS = "drift/hours.json"

type StoredHour = tuple[str, str, str, int, int, str, tuple[float | None, ...]]
"""Project, line, camera, beginning, images, version, medians."""


@dataclass(frozen=True, slots=True)
class StoredDays:
    """The file of the hours: which statistics it has, and of each day as of when it was read, and its hours."""

    statistics: tuple[str, ...]
    days: dict[date, tuple[datetime, list[StoredHour]]]


_DAYS: TypeAdapter[StoredDays] = TypeAdapter(StoredDays)


class S3DayHours:
    """One file, `drift/hours.json`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self) -> KeptDays:
        """One get. A file with other statistics, of another version, counts as none."""
        content = content_of(self._client, self._bucket, _HOURS)
        stored = None if content is None else _DAYS.validate_json(content)
        if stored is None or stored.statistics != STATISTICS:
            return {}
        return {day: (as_of, _hours(rows)) for day, (as_of, rows) in stored.days.items()}

    def write(self, days: KeptDays) -> None:
        """One put."""
        rows = {
            day: (as_of, [(*camera, at, *level) for camera, levels in hours.items() for at, level in levels.items()])
            for day, (as_of, hours) in days.items()
        }
        content = _DAYS.dump_json(StoredDays(STATISTICS, rows))
        self._client.put_object(Bucket=self._bucket, Key=_HOURS, Body=content, ContentType="application/json")


def _hours(rows: list[StoredHour]) -> dict[tuple[str, str, str], dict[int, HourLevel]]:
    hours: dict[tuple[str, str, str], dict[int, HourLevel]] = {}
    for project, line, camera, at, images, version, medians in rows:
        hours.setdefault((project, line, camera), {})[at] = HourLevel(images, version, medians)
    return hours


class S3WatchedStage:
    """`drift/watched.json`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self) -> Watched:
        """One get."""
        content = content_of(self._client, self._bucket, _STATE)
        return Watched() if content is None else WATCHED.validate_json(content)

    def write(self, watched: Watched) -> None:
        """One put."""
        content = WATCHED.dump_json(watched)
        self._client.put_object(Bucket=self._bucket, Key=_STATE, Body=content, ContentType="application/json")
