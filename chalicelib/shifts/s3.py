"""The files of calendars in the bucket: what came, what it means, and the place where people put new ones.

`calendars/<project>.ics` is that place. `calendar-revisions/<project>/<revision>.ics` and `.json` never change.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from chalicelib.aws.s3_objects import content_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.domain import LARGEST_FILE, Calendar

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CALENDAR: TypeAdapter[Calendar] = TypeAdapter(Calendar)
_PLACE = "calendars/"
_place = re.compile(rf"{_PLACE}([A-Za-z0-9_-]{{1,64}})\.ics")


class S3CalendarFiles:
    """The files of calendars."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write(self, project: str, revision: str, content: bytes, calendar: Calendar) -> None:
        """Two puts, the file first."""
        self._put(_key(project, revision, "ics"), content, "text/calendar")
        self._put(_key(project, revision, "json"), CALENDAR.dump_json(calendar), "application/json")

    def read(self, project: str, revision: str) -> Calendar:
        """One get."""
        key = _key(project, revision, "json")
        content = self._existing(key)
        try:
            return CALENDAR.validate_json(content)
        except ValueError as error:
            raise _unreadable(key, describe_error(error)) from error

    def content(self, project: str, revision: str) -> bytes:
        """One get."""
        return self._existing(_key(project, revision, "ics"))

    def arrived(self) -> Iterator[tuple[str, str]]:
        """A list."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_PLACE):
            for each in page.get("Contents", []):
                if place := _place.fullmatch(each["Key"]):
                    yield place[1], each["ETag"]

    def fetch(self, project: str) -> bytes | None:
        """One get, of no more than shows that a file is too large."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{_PLACE}{project}.ics")
        except self._client.exceptions.NoSuchKey:
            return None
        with answer["Body"] as body:
            return body.read(LARGEST_FILE + 1)

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def _existing(self, key: str) -> bytes:
        content = content_of(self._client, self._bucket, key)
        if content is None:
            raise _unreadable(key, "it is gone: set the calendar again")
        return content


def _key(project: str, revision: str, suffix: str) -> str:
    return f"calendar-revisions/{project}/{revision}.{suffix}"


def _unreadable(key: str, reason: str) -> UnreadableRecord:
    return UnreadableRecord(Unreadable("bucket", key, reason))
