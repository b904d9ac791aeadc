"""The bucket, the topic and the calendars."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import md5
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from moto import mock_aws
from PIL import Image

from chalicelib.core.spots import Box
from chalicelib.daily.calendars import CalendarShifts
from chalicelib.daily.domain import DayReport, Defect, PrintedReport, Silence, VerdictCounts
from chalicelib.daily.s3 import S3Reports
from chalicelib.daily.s3_pictures import SIDE, S3Pictures, picture_of
from chalicelib.shifts.domain import Calendar, CalendarRecord, Event, Length, Zone
from tests.daily.lakes import DAY, at
from tests.support.deployment import SETTINGS, aws_clients
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars

KEY = "images/plates/L1/cam-1/2026-03-14/i-1"
BOX = (Box(100, 40, 140, 80),)


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = aws_clients().s3
        client.create_bucket(Bucket=SETTINGS.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def a_defect(content: bytes) -> Defect:
    return Defect(
        project="plates",
        line="L1",
        camera="cam-1",
        image_id="i-1",
        inspection_id="1",
        key=KEY,
        etag=md5(content).hexdigest(),
        at="08:00:00",
        probability=0.9,
        place="centre",
        boxes=BOX,
    )


def a_photo(width: int = 600, height: int = 300, kind: type = np.uint8) -> bytes:
    top = 4095 if kind is np.uint16 else 255
    ramp: Any = np.linspace(0, top, width * height).reshape(height, width).astype(kind)
    file = BytesIO()
    Image.fromarray(ramp).save(file, "png")
    return file.getvalue()


def pixels(data_uri: str) -> Any:
    return np.asarray(Image.open(BytesIO(b64decode(data_uri.partition(",")[2]))).convert("RGB")).astype(int)


def a_print() -> PrintedReport:
    report = DayReport(
        day=DAY.day,
        zone=DAY.zone,
        project="plates",
        total=VerdictCounts(normal=3),
        before=(VerdictCounts(),) * 7,
        sections=(),
        reasons=(),
        defects=(a_defect(b"x"),),
        silences=(Silence("plates", "L1", "cam-1", "gone"),),
    )
    return PrintedReport(2, ("1 images came after the last print.",), report)


def test_a_print_is_read_as_it_was_written(s3: Any) -> None:
    reports = S3Reports(s3, SETTINGS.bucket)
    assert reports.find("plates", DAY.day) is None
    reports.write(a_print(), {"report.html": b"<html>"})
    assert reports.find("plates", DAY.day) == a_print()
    page = s3.get_object(Bucket=SETTINGS.bucket, Key="reports/plates/2026-03-14/report.html")
    assert (page["Body"].read(), page["ContentType"]) == (b"<html>", "text/html; charset=utf-8")


def test_each_link_opens_the_page(s3: Any) -> None:
    reports = S3Reports(s3, SETTINGS.bucket, "https://api.example/v1/")
    assert reports.link("plates", DAY.day) == "https://api.example/v1/page#/plates/reports/2026-03-14"
    assert reports.link("plates", DAY.day, every=True).endswith("/page#/plates/reports/2026-03-14?of=all")


def test_as_of_when_a_day_is_complete_is_kept(s3: Any) -> None:
    reports, now = S3Reports(s3, SETTINGS.bucket), datetime.now(UTC)
    assert reports.checked_at(DAY.day) is None
    reports.note_checked(DAY.day, now)
    assert reports.checked_at(DAY.day) == now


def test_only_files_to_import_lie_where_quicksight_reads(s3: Any) -> None:
    S3Reports(s3, SETTINGS.bucket).export("plates", DAY.day, b"a,b\r\n")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=SETTINGS.bucket)["Contents"]]
    assert keys == [
        "exports/inspections/plates/2026-03-14.csv",
        "exports/manifests/_all.json",
        "exports/manifests/plates.json",
    ]


def test_a_picture_shows_the_whole_with_the_spot_marked_and_the_spot_enlarged(s3: Any) -> None:
    content = a_photo()
    s3.put_object(Bucket=SETTINGS.bucket, Key=KEY, Body=content)
    picture = S3Pictures(s3, SETTINGS.bucket).of(a_defect(content))
    assert picture is not None
    assert picture.spot is not None
    whole, spot = pixels(picture.whole), pixels(picture.spot)
    assert max(whole.shape[:2]) == max(spot.shape[:2]) == SIDE
    orange = (whole[..., 0] - whole[..., 2]) > 90
    rows, columns = np.nonzero(orange)
    scale = SIDE / 600
    assert abs(columns.min() - 100 * scale) < 6
    assert abs(rows.max() - 80 * scale) < 6
    assert not ((spot[..., 0] - spot[..., 2]) > 90).any()


@pytest.mark.parametrize("replaced", [False, True])
def test_an_image_that_was_deleted_or_replaced_has_no_picture(s3: Any, replaced: bool) -> None:
    if replaced:
        s3.put_object(Bucket=SETTINGS.bucket, Key=KEY, Body=b"another")
    assert S3Pictures(s3, SETTINGS.bucket).of(a_defect(a_photo())) is None


def test_grey_images_of_twelve_bits_are_as_bright_as_others() -> None:
    assert pixels(picture_of(a_photo(kind=np.uint16), ()).whole).max() > 240


def test_the_same_image_makes_the_same_picture() -> None:
    assert picture_of(a_photo(), BOX) == picture_of(a_photo(), BOX)


def test_the_shifts_of_a_day_are_those_of_the_projects_calendar() -> None:
    zone = Zone("Europe/Berlin")
    early = Event(
        line=1,
        title="Early",
        closes=False,
        zone=zone.name,
        start=datetime(2026, 3, 1, 6),  # noqa: DTZ001 - a local time
        length=Length(timedelta(hours=8)),
        rule="FREQ=DAILY",
    )
    calendars, files = FakeCalendars(), FakeCalendarFiles()
    calendars.put(CalendarRecord(project="plates", number=1, revision="r1"))
    calendars.put(CalendarRecord(project="lost", number=1, revision="r2"))
    files.write("plates", "r1", b"", Calendar(zone=zone.name, zones={zone.name: zone}, events=(early,)))
    shifts = CalendarShifts(calendars, files)
    assert [(each.start, each.end, each.title) for each in shifts.of("plates", DAY)] == [(at(6), at(14), "Early")]
    assert shifts.of("rings", DAY) == shifts.of("lost", DAY) == ()
