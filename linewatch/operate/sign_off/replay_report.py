"""Compute a signed report anew from the lake."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from chalicelib.daily.domain import PlantDay
from chalicelib.daily.lake_rows import Row, read_day
from chalicelib.lake.ports import LakeDays
from linewatch.operate.sign_off.checks import Check, not_checked
from linewatch.operate.sign_off.report_body import Sources, report_body, rows_sha256

_NAMED = 5


def replayed(body: dict[str, Any], sources: Sources) -> Iterator[Check]:
    """The rows of each day, the tables, the figures and the models, as they are in the stage now."""
    days, zone, project = body["days"], body["zone"], body["project"]
    if unknown := sorted(set(body["row_columns"]) - set(Row._fields)):
        yield not_checked("rows", f"this version knows no columns {', '.join(unknown)}")
        return
    first = PlantDay(date.fromisoformat(days[0]["day"]), zone)
    again = report_body(first, len(days), project, sources)
    for signed in days:
        yield _rows(signed, body, sources.lake)
    yield from _tables(days, again["days"])
    right = again["figures"] == body["figures"]
    yield Check.of("figures", right, "counted anew from the lake" + ("" if right else f": {again['figures']}"))
    yield from _models(body["models"], {each["version"]: each for each in again["models"]})


def _rows(signed: dict[str, Any], body: dict[str, Any], lake: LakeDays) -> Check:
    found = read_day(PlantDay(date.fromisoformat(signed["day"]), body["zone"]), lake)
    rows = [row for row in found.rows if row.project == body["project"]]
    right = rows_sha256(rows, body["row_columns"]) == signed["rows_sha256"]
    why = f"SHA-256 of the {len(rows)} rows in the lake"
    late = "; images or reviews that came after the signature change rows too"
    return Check.of(f"rows of {signed['day']}", right, why if right else f"{why}, {signed['rows']} were signed{late}")


def _tables(signed: list[dict[str, Any]], again: list[dict[str, Any]]) -> Iterator[Check]:
    """The tables that this version makes too."""
    wrong, compared, unknown = [], 0, set()
    for one, other in zip(signed, again, strict=True):
        made = {(each["name"], tuple(each["columns"])): each["rows"] for each in other["tables"]}
        for table in one["tables"]:
            key = table["name"], tuple(table["columns"])
            if key not in made:
                unknown.add(table["name"])
                continue
            compared += 1
            if made[key] != table["rows"]:
                wrong.append(f"{table['name']} of {one['day']}")
    why = f"{compared} counted anew" + (f"; others than signed: {', '.join(wrong[:_NAMED])}" if wrong else "")
    yield Check.of("tables", not wrong, why)
    if unknown:
        yield not_checked(
            "other tables", f"the data has none, or this version makes none: {', '.join(sorted(unknown))}"
        )


def _models(signed: list[dict[str, Any]], again: dict[str, dict[str, Any]]) -> Iterator[Check]:
    for each in signed:
        what, now = f"model, version {each['version']}", again.get(each["version"], {})
        if "sha256" not in each or "sha256" not in now:
            yield not_checked(
                what, "its file is no longer there" if "sha256" in each else "it was gone when it was signed"
            )
        else:
            yield Check.of(what, now["sha256"] == each["sha256"], f"SHA-256 of its file, {each['sha256'][:16]}...")
