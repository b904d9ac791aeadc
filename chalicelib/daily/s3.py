"""Printed reports and exports in the bucket: `reports/<project>/<day>/` and `exports/`."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.s3_objects import content_of
from chalicelib.core.clock import moment_of
from chalicelib.daily.domain import EVERY_PROJECT, PRINTED, PrintedReport
from chalicelib.daily.export import EXPORTS, manifest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PRINT = "report.json"
_MANIFESTS = "exports/manifests/"
_CHECKED = "lake-as-of"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class S3Reports:
    """The reports of a stage. An empty object `complete`, put last, says as of when those of a day are complete."""

    def __init__(self, client: "S3Client", bucket: str, api_url: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._api_url = api_url

    def find(self, scope: str, day: date) -> PrintedReport | None:
        """One get."""
        content = content_of(self._client, self._bucket, f"{folder_of(scope, day)}{PRINT}")
        return None if content is None else PRINTED.validate_json(content)

    def write(self, printed: PrintedReport, files: Mapping[str, bytes]) -> None:
        """A put for each file, then one for the print."""
        folder = folder_of(printed.report.scope, printed.report.day)
        for name, content in (*files.items(), (PRINT, PRINTED.dump_json(printed))):
            self._put(f"{folder}{name}", content)

    def checked_at(self, day: date) -> datetime | None:
        """One head."""
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=_complete(day))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return None
        return moment_of(found["Metadata"][_CHECKED])

    def note_checked(self, day: date, at: datetime) -> None:
        """One put."""
        self._put(_complete(day), b"", {_CHECKED: at.isoformat()})

    def export(self, project: str, day: date, content: bytes) -> None:
        """Three puts, the manifests last."""
        self._put(f"{EXPORTS}{project}/{day}.csv", content)
        for name, of in ((project, project), (EVERY_PROJECT, None)):
            self._put(f"{_MANIFESTS}{name}.json", manifest_of(self._bucket, of))

    def link(self, project: str, day: date, *, every: bool = False) -> str:
        """The report on the page. What stands behind the # stays in the browser: no proxy and no log sees it."""
        return f"{self._api_url.rstrip('/')}/page#/{project}/reports/{day}{'?of=all' if every else ''}"

    def days(self, scope: str, since: date) -> list[date]:
        """A list request for each thousand days. S3 lists in order, and the names of days are in order."""
        prefix, last = f"reports/{scope}/", (since - timedelta(days=1)).isoformat()
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, Delimiter="/", StartAfter=f"{prefix}{last}/~"
        )
        found = (each["Prefix"].removeprefix(prefix)[:-1] for page in pages for each in page.get("CommonPrefixes", []))
        return [date.fromisoformat(each) for each in found if _DAY.fullmatch(each)]

    def key(self, scope: str, day: date, name: str) -> str:
        """In the folder of the report."""
        return f"{folder_of(scope, day)}{name}"

    def _put(self, key: str, content: bytes, metadata: Mapping[str, str] | None = None) -> None:
        content_type = _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=content, ContentType=content_type, Metadata=metadata or {}
        )


def folder_of(scope: str, day: date) -> str:
    """Where the files of a report are, in a bucket or a folder."""
    return f"reports/{scope}/{day}/"


def _complete(day: date) -> str:
    return f"{folder_of(EVERY_PROJECT, day)}complete"
