import json
from dataclasses import fields, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib.core.errors import LakeFileUnreadable, UnwritableEvents
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from chalicelib.lake import parquet
from chalicelib.lake.parquet import SCHEMA, encode, merge
from tests.lake.samples import an_inspection, history

BOXES = (Box(1, 2, 30, 40), Box(5, 6, 7, 8))
STATISTICS: dict[str, Any] = {
    "brightness": 120.5,
    "sharpness": 0.31,
    "centre_x": 0.5,
    "centre_y": 0.48,
    "training_distance": 1.25,
}
SPOTTED = an_inspection(
    4, boxes=BOXES, area_fraction=0.03, features="filters", verdict=Verdict.UNFAMILIAR, **STATISTICS
)
EVENTS = [*history(1), event_of(an_inspection(2)), *history(3), event_of(SPOTTED)]


def row_of(event: AnyInspectionEvent) -> dict[str, object]:
    envelope = {name: getattr(event, name) for name in ("event_id", "event_type", "schema_version", "occurred_at")}
    inspection = {field.name: getattr(event.inspection, field.name) for field in fields(Inspection)}
    worst = event.inspection.worst_box
    boxes = {
        "boxes": json.dumps(event.inspection.boxes),
        "worst_box": None if worst is None else json.dumps(worst),
    }
    row = envelope | inspection | boxes
    return {name: value for name, value in row.items() if name not in ("line", "anomaly_map", "answers")}


def rows_in(content: bytes) -> list[dict[str, object]]:
    return list(pq.read_table(BytesIO(content)).to_pylist())


def test_every_field_of_an_inspection_but_its_line_is_a_typed_column() -> None:
    assert set(SCHEMA.names) == set(row_of(EVENTS[0]))
    types = {column.name: str(column.type) for column in pa.schema(SCHEMA)}
    assert {types[name] for name in types if name.endswith("_at")} == {"timestamp[us, tz=UTC]"}
    assert {types[name] for name in ("size_bytes", "width", "revision", "schema_version")} == {"int64"}
    assert {types[name] for name in ("anomaly_probability", "queue_ms", "inspection_ms")} == {"double"}


def test_pyarrow_reads_back_what_was_stored() -> None:
    assert rows_in(encode(EVENTS)) == [row_of(event) for event in EVENTS]


def test_duckdb_reads_back_what_was_stored(tmp_path: Path) -> None:
    (tmp_path / "file.parquet").write_bytes(encode(EVENTS))
    table: Any = duckdb.read_parquet(f"{tmp_path}/file.parquet").to_arrow_table()
    assert table.cast(pa.schema(SCHEMA)).to_pylist() == [row_of(event) for event in EVENTS]


def test_a_time_without_offset_is_refused() -> None:
    naive = replace(an_inspection(1), captured_at=datetime(2026, 3, 14))  # noqa: DTZ001
    event = EVENTS[0].model_copy(update={"inspection": naive})
    with pytest.raises(UnwritableEvents) as unwritable:
        encode([EVENTS[1], event])
    [(event_id, error)] = unwritable.value.errors.items()
    assert event_id == event.event_id
    assert "offset-naive" in str(error)


def test_merging_keeps_the_newest_row_of_each_inspection_and_run() -> None:
    shadow = event_of(an_inspection(1, run="shadow#8", verdict=Verdict.ANOMALOUS))
    failed, inspected, reviewed = history(1)
    merged = merge({"a": encode([inspected, shadow]), "b": encode([failed]), "c": encode([reviewed, inspected])})
    assert rows_in(merged) == [row_of(shadow), row_of(reviewed)]


def test_of_two_rows_with_the_same_revision_the_later_one_is_kept() -> None:
    first, second = (
        event_of(an_inspection(1, revision=0, verdict=Verdict.FAILED, inspected_at=an_inspection(hour).inspected_at))
        for hour in (1, 3600)
    )
    assert rows_in(merge({"a": encode([second]), "b": encode([first])})) == [row_of(second)]


def test_a_higher_revision_is_kept_even_if_it_happened_earlier() -> None:
    """The clocks of workers differ; the table's revisions do not."""
    low, high = (
        event_of(an_inspection(1, revision=revision, inspected_at=an_inspection(hour).inspected_at))
        for revision, hour in ((1, 3600), (2, 1))
    )
    assert rows_in(merge({"a": encode([high]), "b": encode([low])})) == [row_of(high)]


def test_merging_more_rows_than_a_batch_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 64)
    events = [event_of(an_inspection(number)) for number in range(300)]
    merged = rows_in(merge({"a": encode(events), "b": encode(events[::2])}))
    assert {row["inspection_id"] for row in merged} == {event.inspection.inspection_id for event in events}
    assert len(merged) == 300


def test_a_file_without_a_newer_column_is_merged_with_that_column_empty() -> None:
    file = BytesIO()
    pq.write_table(pq.read_table(BytesIO(encode(EVENTS[3:4]))).drop_columns(["review_comment", "reviewed_at"]), file)
    assert rows_in(merge({"old": file.getvalue()})) == [row_of(EVENTS[3])]


def test_a_file_from_before_the_boxes_is_merged_with_one_that_has_them() -> None:
    old = BytesIO()
    names = ["worst_box", "boxes", "area_fraction", "features"]
    pq.write_table(pq.read_table(BytesIO(encode(EVENTS[:1]))).drop_columns(names), old)
    merged = rows_in(merge({"old": old.getvalue(), "new": encode(EVENTS[-1:])}))
    assert [[row[name] for name in names] for row in merged] == [
        [None, None, None, None],
        ["[1, 2, 30, 40]", "[[1, 2, 30, 40], [5, 6, 7, 8]]", 0.03, "filters"],
    ]


def test_a_file_from_before_the_statistics_is_merged_with_one_that_has_them() -> None:
    old = BytesIO()
    pq.write_table(pq.read_table(BytesIO(encode(EVENTS[:1]))).drop_columns(list(STATISTICS)), old)
    merged = rows_in(merge({"old": old.getvalue(), "new": encode(EVENTS[-1:])}))
    assert [{name: row[name] for name in STATISTICS} for row in merged] == [dict.fromkeys(STATISTICS), STATISTICS]


def test_a_file_with_an_unknown_column_is_refused() -> None:
    table = pq.read_table(BytesIO(encode(EVENTS)))
    file = BytesIO()
    pq.write_table(table.append_column("humidity", pa.array([0.5] * len(EVENTS))), file)
    with pytest.raises(LakeFileUnreadable, match=r"new\.parquet.*humidity.*newer version"):
        merge({"new.parquet": file.getvalue()})


@pytest.mark.parametrize("cut", [0, 4, 100, -1, -20])
def test_a_broken_file_is_named(cut: int) -> None:
    with pytest.raises(LakeFileUnreadable, match=r"broken\.parquet cannot be read"):
        merge({"good.parquet": encode(EVENTS), "broken.parquet": encode(EVENTS)[:cut]})
