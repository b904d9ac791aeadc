"""The table and the bucket, and their fakes, behave the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.domain import LARGEST_FILE, CalendarRecord, DayRun, EndOfDay, Override, Phase, Refusal
from chalicelib.shifts.dynamodb import DynamoDBCalendars
from chalicelib.shifts.ports import CalendarFiles, Calendars
from chalicelib.shifts.s3 import S3CalendarFiles
from chalicelib.shifts.s3_images import S3DayImages
from tests.shifts.world import EARLY, LATE
from tests.support.builders import NOON
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars

TABLE, BUCKET = "linewatch-test-calendars", "bucket"
FIRST = CalendarRecord(
    project="plates",
    number=1,
    revision="a",
    set_at=NOON,
    set_by="anna",
    grace=timedelta(minutes=5),
    warm_up=timedelta(seconds=41),
    override=Override(run=True, until=None, asked_by="anna", asked_at=NOON),
    refusal=Refusal(NOON, "line 7: …"),
    seen="e1",
    end_of_day=EndOfDay(at=time(21, 0), zone="Europe/Berlin", prefix="line-1", set_at=NOON),
    day_run=DayRun(since=NOON, until=NOON, opened_at=NOON, hosts=True, phase=Phase.COUNTING, counts={"normal": 3}),
)


def create_calendars(dynamodb: Any) -> None:
    """The table of calendars, as the template makes it."""
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
    )


@pytest.fixture(params=["fake", "dynamodb"])
def calendars(request: pytest.FixtureRequest) -> Iterator[Calendars]:
    if request.param == "fake":
        yield FakeCalendars()
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_calendars(client)
        yield DynamoDBCalendars(client, TABLE)


@pytest.fixture(params=["fake", "s3"])
def files(request: pytest.FixtureRequest) -> Iterator[CalendarFiles]:
    if request.param == "fake":
        fake = FakeCalendarFiles()
        fake.put |= {"plates": ("e1", EARLY), "large": ("e2", b"x" * (LARGEST_FILE + 1))}
        yield fake
        return
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        for key, content in {
            "calendars/plates.ics": EARLY,
            "calendars/large.ics": b"x" * (LARGEST_FILE + 5),
            "calendars/notes.txt": b"",
            "calendars/a/b.ics": b"",
        }.items():
            client.put_object(Bucket=BUCKET, Key=key, Body=content)
        yield S3CalendarFiles(client, BUCKET)


def test_what_was_put_is_found(calendars: Calendars) -> None:
    assert calendars.find("plates") == CalendarRecord(project="plates")
    assert calendars.put(FIRST)
    assert calendars.find("plates") == FIRST
    assert list(calendars.all()) == [FIRST]


def test_only_the_next_number_is_put(calendars: Calendars) -> None:
    assert not calendars.put(replace(FIRST, number=2))
    assert calendars.put(FIRST)
    assert not calendars.put(FIRST)
    assert calendars.put(replace(FIRST, number=2, revision="b"))
    assert not calendars.put(replace(FIRST, number=2, revision="c"))
    assert calendars.find("plates").revision == "b"


def test_what_was_removed_is_gone(calendars: Calendars) -> None:
    calendars.put(FIRST)
    calendars.remove("plates")
    calendars.remove("plates")
    assert calendars.find("plates").number == 0
    assert calendars.put(FIRST)


@mock_aws
def test_a_record_that_cannot_be_read_is_left_out_of_all_and_named() -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    create_calendars(client)
    table = DynamoDBCalendars(client, TABLE)
    table.put(FIRST)
    client.put_item(TableName=TABLE, Item={"project": {"S": "rings"}, "body": {"S": "{}"}})
    found = {each.name if isinstance(each, Unreadable) else each.project: each for each in table.all()}
    assert found["plates"] == FIRST
    assert isinstance(found["rings"], Unreadable)
    with pytest.raises(UnreadableRecord):
        table.find("rings")


def test_a_file_and_what_it_means_are_kept_by_revision(files: CalendarFiles) -> None:
    for revision, content in (("a", EARLY), ("b", LATE)):
        files.write("plates", revision, content, read_calendar(content))
    assert files.content("plates", "a") == EARLY
    assert files.read("plates", "b") == read_calendar(LATE)


def test_a_file_that_is_gone_is_named(files: CalendarFiles) -> None:
    with pytest.raises(UnreadableRecord, match="gone"):
        files.read("plates", "a")
    with pytest.raises(UnreadableRecord, match="gone"):
        files.content("plates", "a")


def test_the_files_that_people_put_are_found_by_project(files: CalendarFiles) -> None:
    assert {project for project, _ in files.arrived()} == {"plates", "large"}
    assert files.fetch("plates") == EARLY
    assert len(files.fetch("large") or b"") == LARGEST_FILE + 1
    assert files.fetch("gone") is None


@mock_aws
def test_a_stored_meaning_that_cannot_be_read_is_named() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="calendar-revisions/plates/a.json", Body=b"{}")
    with pytest.raises(UnreadableRecord, match=r"calendar-revisions/plates/a\.json"):
        S3CalendarFiles(client, BUCKET).read("plates", "a")


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", ["a-b/cam-1/2026-03-14/x", "a/cam-1/2026-03-14/x", "a/cam-1/2026-03-15/y", "a/cam-2/2026-03-14/z"]),
        ("a", ["a/cam-1/2026-03-14/x", "a/cam-1/2026-03-15/y", "a/cam-2/2026-03-14/z"]),
        ("a/cam-1", ["a/cam-1/2026-03-14/x", "a/cam-1/2026-03-15/y"]),
    ],
)
def test_the_images_of_days_come_by_key_and_from_any_key_on(prefix: str, found: list[str]) -> None:
    days = [date(2026, 3, 15), date(2026, 3, 14)]
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        for name in ("a/cam-1/2026-03-13/w", "b-/cam-1/2026-03-16/w", *found):
            client.put_object(Bucket=BUCKET, Key=f"images/plates/{name}", Body=b"x")
        client.put_object(Bucket=BUCKET, Key="images/rings/a/cam-1/2026-03-14/x", Body=b"x")
        images, keys = S3DayImages(client, BUCKET), [f"images/plates/{name}" for name in found]
        assert [each.key for each in images.of_days("plates", prefix, days, "")] == keys
        for at, key in enumerate(keys):
            assert [each.key for each in images.of_days("plates", prefix, days, key)] == keys[at + 1 :]
