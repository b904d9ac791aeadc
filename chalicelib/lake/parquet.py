"""Write events as Parquet files, merge files and read their rows, with arro3.

A file has no columns `dt` and `line`, because its path has them. Hive-style readers reject a column that is in both,
or read it with another type. Boxes are JSON text, which every reader of SQL can take apart.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from operator import attrgetter
from typing import Any

from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema
from arro3.io import read_parquet, write_parquet

from chalicelib.core.errors import LakeFileUnreadable, UnwritableEvents
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import is_id
from chalicelib.lake.domain import IDENTITY, RANK, LakeRow

TEXT = DataType.string()
INTEGER = DataType.int64()
DOUBLE = DataType.float64()
TIME = DataType.timestamp("us", tz="UTC")

_ENVELOPE = {"event_id": TEXT, "event_type": TEXT, "schema_version": INTEGER, "occurred_at": TIME}
_INSPECTION = {
    "inspection_id": TEXT,
    "run": TEXT,
    "revision": INTEGER,
    "project": TEXT,
    "camera": TEXT,
    "facility": TEXT,
    "image_id": TEXT,
    "bucket": TEXT,
    "key": TEXT,
    "etag": TEXT,
    "size_bytes": INTEGER,
    "content_type": TEXT,
    "width": INTEGER,
    "height": INTEGER,
    "captured_at": TIME,
    "uploaded_at": TIME,
    "inspected_at": TIME,
    "verdict": TEXT,
    "reason": TEXT,
    "anomaly_probability": DOUBLE,
    "confidence": DOUBLE,
    "anomaly_score": DOUBLE,
    "model_version": TEXT,
    "queue_ms": DOUBLE,
    "inspection_ms": DOUBLE,
    "correlation_id": TEXT,
    "review_label": TEXT,
    "reviewed_by": TEXT,
    "reviewed_at": TIME,
    "review_comment": TEXT,
    "original_message": TEXT,
    "worst_box": TEXT,
    "boxes": TEXT,
    "area_fraction": DOUBLE,
    "features": TEXT,
    "review_kind": TEXT,
    "review_action": TEXT,
    "review_drawn_in": TIME,
    "brightness": DOUBLE,
    "sharpness": DOUBLE,
    "centre_x": DOUBLE,
    "centre_y": DOUBLE,
    "training_distance": DOUBLE,
}
_JSON = ("worst_box", "boxes")
_COLUMNS = _ENVELOPE | _INSPECTION
_VALUES = attrgetter(*_ENVELOPE, *(f"inspection.{name}" for name in _INSPECTION))

SCHEMA = Schema([Field(name, kind) for name, kind in _COLUMNS.items()])
"""Every column. Add a new one at the end of its group; never remove a column or change its type."""

_DISTINCT = ("event_id", "inspection_id", "image_id", "key", "etag", "correlation_id", "original_message")
_DICTIONARY: dict[str | Sequence[str], bool] = {
    name: kind in (TEXT, INTEGER) and name not in _DISTINCT for name, kind in _COLUMNS.items()
}
"""The columns whose values repeat. A dictionary for the others makes files 20 % larger and takes twice as long."""

_REQUIRED = ("inspection_id", "run", "project", "revision", "occurred_at")
"""The columns that every row has."""
_INTERRUPTIONS = (KeyboardInterrupt, SystemExit, GeneratorExit)
_EARLIEST, _LATEST = 0, 253_370_764_800_000_000
"""Microseconds from 1970 to the year 9999."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BATCH_ROWS = 16_384
_ROW_GROUP_ROWS = 131_072


def encode(events: Sequence[AnyInspectionEvent]) -> bytes:
    """One Parquet file with one row for each event. `UnwritableEvents` names those that cannot be rows."""
    try:
        return _encoded(events)
    except _INTERRUPTIONS:
        raise
    except BaseException as error:  # arro3 panics on some values, and a panic is not an Exception
        raise UnwritableEvents(_unwritable(events)) from error


def _unwritable(events: Sequence[AnyInspectionEvent]) -> dict[str, Exception]:
    errors: dict[str, Exception] = {}
    for event in events:
        try:
            _encoded([event])
        except _INTERRUPTIONS:
            raise
        except BaseException as error:  # noqa: BLE001 - returned as the error of this event
            errors[event.event_id] = ValueError(f"it cannot be a row of the lake: {error}")
    return errors


def _encoded(events: Sequence[AnyInspectionEvent]) -> bytes:
    columns = dict(zip(_COLUMNS, zip(*map(_VALUES, events), strict=True), strict=True))
    columns |= {name: tuple(map(_json, columns[name])) for name in _JSON}
    arrays = [_array(columns[name], kind) for name, kind in _COLUMNS.items()]
    return _written([RecordBatch.from_arrays(arrays, schema=SCHEMA)])


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)


def merge(files: Mapping[str, bytes]) -> bytes:
    """Merge files (key to content) into one. It has each identity once, with its highest rank, in the files' order.

    It reads the files twice, batch by batch, so that only the identities and ranks are in memory all at once.
    `LakeFileUnreadable` names a file that is broken or has columns that are not in `SCHEMA`.
    """
    return _written(_taken(_batches(files), _newest(_batches(files))))


def rows(files: Mapping[str, bytes]) -> Iterator[LakeRow]:
    """The identity and rank of every row of these files (key to content); `LakeFileUnreadable` names a broken file."""
    for batch in _batches(files):
        times = (_EPOCH + time * _MICROSECOND for time in batch["occurred_at"].cast(INTEGER).to_pylist())
        yield from map(LakeRow, *(batch[name].to_pylist() for name in (*IDENTITY, "project", "revision")), times)


def current(files: Mapping[str, bytes], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """These columns of each identity's newest row, in the files' order; times are microseconds since 1970.

    `LakeFileUnreadable` names a broken file, before the first row.
    """
    newest = _newest(_batches(files))
    for batch in _taken(_batches(files), newest):
        yield from zip(*(_values(batch[name], name) for name in columns), strict=True)


def _values(column: Any, name: str) -> list[Any]:
    values: list[Any] = (column.cast(INTEGER) if _COLUMNS[name] == TIME else column).to_pylist()
    return values


def _array(values: Sequence[Any], kind: DataType) -> Array:
    if kind != TIME:
        return Array(values, kind)
    return Array([None if time is None else (time - _EPOCH) // _MICROSECOND for time in values], INTEGER).cast(TIME)


def _written(batches: Iterable[RecordBatch]) -> bytes:
    file = BytesIO()
    reader = RecordBatchReader.from_batches(SCHEMA, iter(batches))
    write_parquet(
        reader,
        file,
        compression="zstd(1)",
        column_dictionary_enabled=_DICTIONARY,
        max_row_group_size=_ROW_GROUP_ROWS,
    )
    return file.getvalue()


def _batches(files: Mapping[str, bytes]) -> Iterator[RecordBatch]:
    for key, content in files.items():
        try:
            yield from _conformed_batches(read_parquet(content, batch_size=_BATCH_ROWS))
        except _INTERRUPTIONS:
            raise
        except BaseException as error:  # arro3 panics on a broken footer, and a panic is not an Exception
            raise LakeFileUnreadable(key, str(error), newer=isinstance(error, _NewerFile)) from error


class _NewerFile(ValueError):
    """The file has columns that this version does not know."""


def _conformed_batches(reader: RecordBatchReader) -> Iterator[RecordBatch]:
    if not reader.schema.names:
        raise ValueError("it has no columns")
    for batch in reader:
        yield _conformed(batch)


def _conformed(batch: RecordBatch) -> RecordBatch:
    """The batch with the columns of `SCHEMA`. Columns that are newer than the file are empty."""
    names = batch.schema.names
    whole = batch if batch.schema == SCHEMA else _with_every_column(batch)
    if absent := [name for name in _REQUIRED if name not in names or batch[name].null_count]:
        raise ValueError(f"it has rows without {', '.join(absent)}")
    if wrong := [each for each in batch["inspection_id"].to_pylist() if not is_id(each)]:
        raise ValueError(f"it has a row whose inspection_id is no id: {wrong[0][:100]!r}")
    for time in batch["occurred_at"].cast(INTEGER).to_pylist():
        if not _EARLIEST <= time < _LATEST:
            raise ValueError("it has a row whose occurred_at is no usable time")
    return whole


def _with_every_column(batch: RecordBatch) -> RecordBatch:
    names = batch.schema.names
    if unknown := sorted(set(names) - set(_COLUMNS)):
        raise _NewerFile(f"it has the unknown columns {unknown}: a newer version of Linewatch must have written it")
    for name in names:
        if batch[name].type != _COLUMNS[name]:
            raise ValueError(f"its column {name} is of type {batch[name].type} and not {_COLUMNS[name]}")
    missing = [None] * batch.num_rows
    columns = [batch[name] if name in names else _array(missing, kind) for name, kind in _COLUMNS.items()]
    return RecordBatch.from_arrays(columns, schema=SCHEMA)


def _newest(batches: Iterable[RecordBatch]) -> list[int]:
    """The positions of the valid rows, counted over all batches, in ascending order."""
    newest: dict[tuple[str, ...], tuple[int, int, int]] = {}
    position = 0
    for batch in batches:
        identities = zip(*(batch[name].to_pylist() for name in IDENTITY), strict=True)
        ranks = zip(*(batch[name].cast(INTEGER).to_pylist() for name in RANK), strict=True)
        for identity, (revision, occurred_at) in zip(identities, ranks, strict=True):
            row = (revision, occurred_at, position)
            if identity not in newest or newest[identity] < row:
                newest[identity] = row
            position += 1
    return sorted(position for _, _, position in newest.values())


def _taken(batches: Iterable[RecordBatch], positions: Sequence[int]) -> Iterator[RecordBatch]:
    """The rows at these ascending positions."""
    start = 0
    for batch in batches:
        end = start + batch.num_rows
        wanted = positions[bisect_left(positions, start) : bisect_left(positions, end)]
        yield batch.take(Array([position - start for position in wanted], DataType.uint32()))
        start = end
