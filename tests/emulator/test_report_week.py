"""A week of drawn parts, with reviews and late images, goes through the deployed stack to people.

The day's report, Athena, DuckDB, the CSV files and the table of inspections agree to the row, and the link goes out.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from chalicelib.access.domain import Role
from chalicelib.core.clock import utc_now
from chalicelib.daily.domain import PRINTED, PrintedReport, VerdictCounts
from chalicelib.daily.print_reports import AFTER_MIDNIGHT
from chalicelib.inspections.items import from_item
from chalicelib.lake.queries import named_queries, parameters
from linewatch.__main__ import main
from linewatch.operate.alert_feed import subscribed_queue
from linewatch.operate.versions import import_and_start
from linewatch.stack.cloudformation import Deployment, deploy
from linewatch.stack.local import SETTINGS
from linewatch.stack.package import Package
from linewatch.stack.values import Value
from tests.conftest import MakeKey
from tests.emulator.athena import ask, in_text
from tests.emulator.images import a_defect, a_photograph
from tests.emulator.plant import PROJECT, Plant, Sent, until

pytestmark = pytest.mark.emulator

NAME = "washers"
DAYS = 7
CAMERAS = (("line-1", "cam-1"), ("line-1", "cam-2"), ("07", "cam-1"))
ROWS = (
    "SELECT inspection_id, dt, line, camera, verdict, model_version, revision, review_label FROM current"
    f" WHERE project = '{NAME}' AND run = 'live' ORDER BY inspection_id"
)


class Row(NamedTuple):
    """What is compared of an inspection."""

    inspection_id: str
    day: str
    line: str
    camera: str
    verdict: str
    model_version: str
    revision: int
    label: str | None


@dataclass
class Week:
    """The plant, the last day of its week, an inspector's key, and the messages to those who want reports."""

    plant: Plant
    last: date
    inspector: str
    messages: Callable[[], list[str]]

    def send(self, ago: int, line: str, camera: str, *, good: int, bad: int = 0, hour: int = 10) -> list[Sent]:
        """Images of a day, the good ones first."""
        at = datetime.combine(self.last - timedelta(days=ago), time(hour), UTC)
        pictures = [a_photograph() for _ in range(good)] + [a_defect() for _ in range(bad)]
        return self.plant.send(pictures, line, camera, at)

    def correct(self, image: Sent, verdict: str) -> None:
        seen = self.plant.verdict(image.inspection_id).revision
        said = {"verdict": verdict, "revision": seen}
        answer = self.plant.ask("POST", f"/inspections/{image.inspection_id}/review", token=self.inspector, json=said)
        assert answer.status_code == 200, answer.text

    def table(self) -> list[Row]:
        """The project's inspections in the table, in the order of their ids."""
        pages = self.plant.stack.client("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=f"linewatch-{self.plant.stack.stage}-inspections").build_full_result()["Items"]
        made = [from_item(item) for item in found if item.get("project") == {"S": NAME}]
        rows = (
            (e.inspection_id, f"{e.captured_at:%Y-%m-%d}", e.line, e.camera, e.verdict.value, e.model_version,
             e.revision, e.review_label)
            for e in made
        )  # fmt: skip
        return sorted(Row._make(row) for row in rows)

    def settled(self, images: int) -> list[Row]:
        """The rows of the table, when it has so many and each is in the lake as it is in the table."""

        def look() -> list[Row] | None:
            rows = self.table()
            return rows if len(rows) == images and self.duckdb() == rows else None

        return until(look, "the rows of the week", 90)

    def duckdb(self) -> list[Row]:
        result = CliRunner().invoke(main, ["sql", ROWS, "--json", "--local", self.plant.stack.name])
        assert result.exit_code == 0, result.output
        return [Row(*row.values()) for row in json.loads(result.stdout)]

    def object(self, key: str) -> bytes:
        content: bytes = (
            self.plant.stack.client("s3").get_object(Bucket=self.plant.stack.bucket, Key=key)["Body"].read()
        )
        return content

    def report(self) -> PrintedReport:
        return PRINTED.validate_json(self.object(f"reports/{NAME}/{self.last}/report.json"))


@pytest.fixture
def week(plant: Plant, packaged: Package, make_key: MakeKey) -> Iterator[Week]:
    """The stage prints reports by UTC; afterwards it is as it was."""
    stack = plant.stack
    model = stack.client("s3").get_object(Bucket=stack.bucket, Key=f"models/{PROJECT}/1.safetensors")["Body"].read()
    import_and_start(plant.linewatch.projects, NAME, model)
    set_zone: dict[str, Value] = {**SETTINGS, "ReportsTimeZone": "UTC"}
    deploy(Deployment(packaged, stack.stage, set_zone, lambda _: None), stack, poll_seconds=0.2)
    last = (utc_now() - AFTER_MIDNIGHT).date() - timedelta(days=1)
    with subscribed_queue(stack, "reports") as queue, plant.asleep("print_reports"):
        mine, inspector = replace(plant, token=make_key(Role.CAMERA, NAME)), make_key(Role.OPERATOR, NAME)
        yield Week(mine, last, inspector, lambda: received(stack.client("sqs"), queue))
    deploy(Deployment(packaged, stack.stage, SETTINGS, lambda _: None), stack, poll_seconds=0.2)


def received(sqs: Any, queue: str) -> list[str]:
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
    return [json.loads(each["Body"])["Message"] for each in found]


def test_a_week_reaches_the_report_athena_duckdb_csv_and_table_to_the_row(week: Week, tmp_path: Path) -> None:
    sent = {ago: [week.send(ago, *camera, good=1, bad=1) for camera in CAMERAS] for ago in range(DAYS)}
    images = sum(len(each) for day in sent.values() for each in day)
    week.correct(sent[0][0][0], "anomalous")
    week.correct(sent[0][2][1], "normal")
    week.correct(sent[3][1][1], "anomalous")
    agree(week, week.settled(images), revision=1)
    [message] = until(lambda: week.messages() or None, "the link")
    assert f"/page#/{NAME}/reports/{week.last}" in message
    files = links(week)
    [late, _] = week.send(0, "line-1", "cam-1", good=1, bad=1, hour=14)
    week.correct(late, "normal")
    agree(week, week.settled(images + 2), revision=2)
    assert week.messages() == []
    assert week.report().changes[:2] == ("2 images came after the last print.", f"Images: {8}, before {6}.")
    assert links(week)["changes"] != files["changes"] == []
    by_line = ask(week.plant.stack, named_queries()["by-line"].sql, parameters(week.last, week.last, NAME))
    assert saved(week, "by-line")[1:] == by_line


def saved(week: Week, query: str) -> list[list[str]]:
    """The rows of the file that a person exports from the page."""
    exports, days = f"/projects/{NAME}/exports", {"since": str(week.last), "until": str(week.last)}
    begun = week.plant.ask("POST", exports, token=week.inspector, json={"query": query, **days})
    assert begun.status_code == 202, begun.text

    def look() -> str | None:
        answer = week.plant.ask("GET", f"{exports}/{begun.json()['export']}", token=week.inspector)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["state"] != "failed", found
        url: str | None = found["url"]
        return url

    file = week.plant.http.get(until(look, "the export"))
    return list(csv.reader(file.text.splitlines()))


def links(week: Week) -> dict[str, Any]:
    """What a person's page gets of the day."""
    answer = week.plant.ask("GET", f"/projects/{NAME}/reports/{week.last}", token=week.inspector)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def agree(week: Week, table: list[Row], revision: int) -> None:
    """Print the day; then all say the same of it, and of the days before, as the table does."""
    stack, day = week.plant.stack, str(week.last)
    assert ask(stack, ROWS) == in_text(table)
    assert len([row for row in table if row.label]) == 2 + revision
    week.plant.run("print_reports")
    printed = week.report()
    assert printed.revision == revision
    days = [counts([row for row in table if row.day == str(week.last - timedelta(days=ago))]) for ago in range(8)]
    assert (printed.report.total, *printed.report.before) == tuple(days)
    of_day = [row for row in table if row.day == day]
    assert exported(week) == [tuple(row[:6]) for row in of_day]
    by_line = printed.report.section("line")
    assert by_line is not None
    lines = {group.name[0]: group.counts for group in by_line.groups}
    assert lines == {line: counts([row for row in of_day if row.line == line]) for line in {row.line for row in of_day}}
    asked = ask(stack, named_queries()["by-line"].sql, parameters(week.last, week.last, NAME))
    assert [each[1:5] for each in asked] == in_text([(n, c.images, c.normal, c.anomalous) for n, c in lines.items()])
    reviewed = printed.report.reviewed
    assert (reviewed.reviewed, reviewed.escapes, reviewed.false_rejects) == (len([r for r in of_day if r.label]), 1, 1)
    figures = week.plant.http.get(links(week)["csv"]).content.decode()
    [said] = [row for row in csv.DictReader(figures.splitlines()) if (row["by"], row["name"]) == ("day", day)]
    assert [int(said[name]) for name in ("images", "good", "defective")] == [
        days[0].images,
        days[0].normal,
        days[0].anomalous,
    ]


def counts(rows: Sequence[Row]) -> VerdictCounts:
    return VerdictCounts(**Counter(row.verdict for row in rows))


def exported(week: Week) -> list[tuple[str, ...]]:
    """The rows of the day's CSV file, in the order of their ids."""
    text = week.object(f"exports/inspections/{NAME}/{week.last}.csv").decode()
    names = ("inspection_id", "day", "line", "camera", "verdict", "model_version")
    return sorted(tuple(row[name] for name in names) for row in csv.DictReader(text.splitlines()))
