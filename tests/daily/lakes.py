"""Lakes in a folder, and days counted from them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.daily.domain import DayReport, PlantDay
from chalicelib.daily.lake_rows import DayRows, read_day
from chalicelib.daily.report import report_of
from chalicelib.lake.archive import archive
from chalicelib.lake.s3 import ParquetLake
from tests.lake.samples import FolderS3, an_inspection
from tests.support.fake_client import as_client

DAY = PlantDay(date(2026, 3, 14), "Europe/Berlin")


def lake_in(folder: Path, *events: AnyInspectionEvent) -> ParquetLake:
    """A lake with these events, in files of up to 60."""
    lake = ParquetLake(as_client(FolderS3(folder)), "bucket")
    add(lake, events)
    return lake


def add(lake: ParquetLake, events: Iterable[AnyInspectionEvent]) -> None:
    """Store events."""
    for some in batched(events, 60):
        assert not any(archive(some, lake=lake))


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """A time of the plant on `DAY`, or so many days later."""
    return DAY.start + timedelta(days=days, hours=hour, minutes=minute)


def inspected(number: int, captured_at: datetime, **changes: Any) -> Inspection:
    """An inspection captured then."""
    place = {"project": "plates", "line": "L1", "camera": "cam-1"} | changes
    key = f"images/{place['project']}/{place['line']}/{place['camera']}/{captured_at.astimezone(UTC).date()}/i-{number}"
    return an_inspection(number, **{"captured_at": captured_at, "key": key, **place})


def seen(number: int, captured_at: datetime, **changes: Any) -> AnyInspectionEvent:
    """The event of it."""
    return event_of(inspected(number, captured_at, **changes))


def defect(number: int, captured_at: datetime, probability: float = 0.9, **changes: Any) -> AnyInspectionEvent:
    """A defect of which the model is so sure."""
    return seen(number, captured_at, verdict=Verdict.ANOMALOUS, anomaly_probability=probability, **changes)


def rows_of(lake: ParquetLake, day: PlantDay = DAY) -> DayRows:
    """What the lake has of a day."""
    return read_day(day, lake)


def report_in(lake: ParquetLake, project: str | None = None, day: PlantDay = DAY) -> DayReport:
    """The report of a day, without shifts."""
    return report_of(read_day(day, lake), project, {})
