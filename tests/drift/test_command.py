"""`linewatch drift` on a stage's bucket."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.core.clock import utc_now
from chalicelib.lake.s3 import ParquetLake
from linewatch.__main__ import main
from tests.daily.lakes import add, seen
from tests.pipeline.account import NUMBER
from tests.support.served_aws import served_bucket

BUCKET = f"linewatch-test-{NUMBER}"


@pytest.fixture(scope="module")
def lake() -> Iterator[ParquetLake]:
    with served_bucket(BUCKET) as s3:
        yield ParquetLake(s3, BUCKET)


def run(*words: str) -> str:
    result = CliRunner().invoke(main, ["drift", *words, "--stage", "test"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_cameras_that_changed_are_listed_and_nothing_is_kept(lake: ParquetLake) -> None:
    assert "no camera changed" in run("--days", "2")
    noon = utc_now().replace(hour=12)
    times = [noon - timedelta(days=ago, minutes=minute) for ago in range(12, 1, -1) for minute in (0, 9)]
    limit = noon - timedelta(days=4, hours=1)
    add(lake, [seen(number, at, brightness=90.0 + number % 3 + 50 * (at > limit)) for number, at in enumerate(times)])
    found = json.loads(run("--json"))
    assert [(each["camera"], each["kind"], each["found_on"]) for each in found] == [
        ("cam-1", "light", str(limit.date()))
    ]
    assert "light" in run("--days", "6")
    listed: Any = lake._s3.list_objects_v2(Bucket=BUCKET, Prefix="drift/")
    assert "Contents" not in listed
