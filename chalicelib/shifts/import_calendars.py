"""Take the files that people have put into the bucket."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import InvalidRequest
from chalicelib.shifts.change import change
from chalicelib.shifts.domain import Refusal
from chalicelib.shifts.set_calendar import Storage, set_calendar

BUCKET_ASKS = "bucket"
"""Who sets a calendar that comes by the bucket: AWS has checked who may write there."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that was taken, or refused with this reason."""

    project: str
    refused: str | None


def import_calendars(*, storage: Storage) -> Iterator[Imported | Exception]:
    """Take each file that was not seen yet. A broken one is noted in the record, and the old one stays.

    A file of a project that does not exist waits for it. An error is yielded, and the others are taken.
    """
    for project, etag in storage.files.arrived():
        try:
            if storage.calendars.find(project).seen == etag or storage.hosting.read(project) is None:
                continue
            if (content := storage.files.fetch(project)) is not None:
                yield _import(project, etag, content, storage)
        except Exception as error:  # noqa: BLE001 - the caller raises it, with the others
            yield error


def _import(project: str, etag: str, content: bytes, storage: Storage) -> Imported:
    try:
        set_calendar(project, content, Grant(BUCKET_ASKS, Role.OPERATOR, project), seen=etag, storage=storage)
    except InvalidRequest as error:
        refusal = Refusal(storage.clock(), str(error))
        change(project, lambda record: replace(record, refusal=refusal, seen=etag), storage.calendars)
        return Imported(project, refusal.reason)
    return Imported(project, None)
