"""The hours of days and what the watch remembers, in the bucket under `drift/`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from chalicelib.drift.domain import STATISTICS, WATCHED, HourLevel, Hours, Watched

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_STATE = "drift/watched.json"


@dataclass(frozen=True, slots=True)
class StoredDay:
    """The file of a day. Each hour has project, line, camera, beginning, images, version and medians."""

    statistics: tuple[str, ...]
    as_of: datetime
    hours: list[tuple[str, str, str, int, int, str, tuple[float | None, ...]]]


_DAY: TypeAdapter[StoredDay] = TypeAdapter(StoredDay)


class S3DayHours:
    """`drift/hours/<day of UTC>.json`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def find(self, day: date) -> tuple[datetime, Hours] | None:
        """One get. A file with other statistics, of another version, counts as none."""
        content = _content(self._client, self._bucket, _key(day))
        stored = None if content is None else _DAY.validate_json(content)
        if stored is None or stored.statistics != STATISTICS:
            return None
        hours: dict[tuple[str, str, str], dict[int, HourLevel]] = {}
        for *camera, at, images, version, medians in stored.hours:
            hours.setdefault((camera[0], camera[1], camera[2]), {})[at] = HourLevel(images, version, medians)
        return stored.as_of, hours

    def write(self, day: date, as_of: datetime, hours: Hours) -> None:
        """One put."""
        rows = [(*camera, at, *level) for camera, levels in hours.items() for at, level in levels.items()]
        content = _DAY.dump_json(StoredDay(STATISTICS, as_of, rows))
        self._client.put_object(Bucket=self._bucket, Key=_key(day), Body=content, ContentType="application/json")


class S3WatchedStage:
    """`drift/watched.json`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self) -> Watched:
        """One get."""
        content = _content(self._client, self._bucket, _STATE)
        return Watched() if content is None else WATCHED.validate_json(content)

    def write(self, watched: Watched) -> None:
        """One put."""
        content = WATCHED.dump_json(watched)
        self._client.put_object(Bucket=self._bucket, Key=_STATE, Body=content, ContentType="application/json")


def _key(day: date) -> str:
    return f"drift/hours/{day}.json"


def _content(client: "S3Client", bucket: str, key: str) -> bytes | None:
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
