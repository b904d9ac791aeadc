"""Poison in the lake: what Spark, Athena, people and broken transfers leave there."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.core.events import event_of
from chalicelib.lake.parquet import encode
from tests.poison.kind import DAY, LINE, Kind, Kinds, Put, Site, Trace

FOLDER = f"lake/inspections/dt={DAY}/line={LINE}/"
NAMES = {
    "_SUCCESS": "{folder}_SUCCESS",
    "_SUCCESS above": "lake/inspections/_SUCCESS",
    "a file in _temporary": "{folder}_temporary/0/{mark}.parquet",
    "_temporary above": "lake/inspections/_temporary/0/{mark}.parquet",
    "a folder made by hand": "{folder}",
    "a folder of no day": "lake/inspections/backup-{mark}/a.parquet",
    "a file beside the lake": "lake/{mark}.parquet",
    "a checksum of Hadoop": "{folder}.{mark}.parquet.crc",
    "a file with another suffix": "{folder}{mark}.csv",
    "a folder $folder$": "lake/inspections/dt=2026-03-14_$folder$",
    "dt=9999-99-99": "lake/inspections/dt=9999-99-99/line=line-1/{mark}.parquet",
    "dt=0000-00-00": "lake/inspections/dt=0000-00-00/line=line-1/{mark}.parquet",
    "dt=2026-3-14": "lake/inspections/dt=2026-3-14/line=line-1/{mark}.parquet",
    "dt null of Hive": "lake/inspections/dt=__HIVE_DEFAULT_PARTITION__/line=line-1/{mark}.parquet",
    "no line": "lake/inspections/dt=2026-03-14/{mark}.parquet",
    "line=": "lake/inspections/dt=2026-03-14/line=/{mark}.parquet",
    "line of a space": "lake/inspections/dt=2026-03-14/line= /{mark}.parquet",
    "line of two dots": "lake/inspections/dt=2026-03-14/line=../{mark}.parquet",
    "line with percent": "lake/inspections/dt=2026-03-14/line=a%2Fb/{mark}.parquet",
    "line not ASCII": "lake/inspections/dt=2026-03-14/line=Linie-七/{mark}.parquet",
    "one folder more": "{folder}camera=cam-1/{mark}.parquet",
}
"""Names of files with good rows."""
RUINS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _good: b"",
    "text": lambda _good: b"inspection_id,verdict\na,normal\n",
    "only the magic": lambda _good: b"PAR1PAR1",
    "cut off at half": lambda good: good[: len(good) // 2],
    "cut off at the end": lambda good: good[:-1],
    "a flipped footer": lambda good: good[:-20] + bytes(255 - byte for byte in good[-20:-8]) + good[-8:],
    "a footer that is too long": lambda good: good[:-8] + b"\xff\xff\xff\x7fPAR1",
    "a flipped page": lambda good: good[:40] + bytes(255 - byte for byte in good[40:80]) + good[80:],
    "zeros": lambda good: b"\0" * len(good),
    "encrypted": lambda good: b"PARE" + good[4:-4] + b"PARE",
    "gzip": lambda _good: b"\x1f\x8b\x08\0\0\0\0\0",
}
type Change = Callable[[pa.Table], pa.Table]


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    names, contents = Kinds("lake, a name", found), Kinds("lake, a file", found)
    for name, form in NAMES.items():
        names.add(name, _named, form=form)
    for name, ruin in RUINS.items():
        contents.add(name, _ruined, ruin=ruin)
    for name, change in TABLES.items():
        contents.add(name, _changed, change=change)
    yield from found


def _good(site: Site) -> bytes:
    return encode([event_of(site.inspection())])


def _put(site: Site, key: str, content: bytes) -> Put:
    site.store(key, content)
    return Trace((site.mark, key))


def _named(site: Site, form: str) -> Put:
    key = form.format(folder=FOLDER, mark=site.mark)
    put = _put(site, key, b"" if key.endswith(("/", "_SUCCESS", "$folder$", ".crc")) else _good(site))
    return put if key.startswith("lake/inspections/") else Trace(harmless=True)  # nobody reads there


def _ruined(site: Site, ruin: Callable[[bytes], bytes]) -> Put:
    return _put(site, f"{FOLDER}{site.mark}.parquet", ruin(_good(site)))


def _changed(site: Site, change: Change) -> Put:
    file = BytesIO()
    table = change(pq.read_table(BytesIO(_good(site))))
    pq.write_table(table, file)
    put = _put(site, f"{FOLDER}{site.mark}.parquet", file.getvalue())
    return put if table.num_rows or not table.num_columns else Trace(harmless=True)  # there is nothing to lose


def _with(name: str, values: Any) -> Change:
    """The table with another column of this name."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        return table.append_column(name, values) if at < 0 else table.set_column(at, name, values)

    return change


_MOMENT = datetime(2026, 3, 14, 12, tzinfo=UTC)
TABLES: dict[str, Change] = {
    "no rows": lambda table: table.slice(0, 0),
    "other columns": lambda _table: pa.table({"a": [1], "b": ["x"]}),
    "no columns": lambda _table: pa.table({}),
    "a newer column": _with("colour", pa.array(["blue"])),
    "a column dt": _with("dt", pa.array([DAY])),
    "no inspection_id": lambda table: table.drop_columns(["inspection_id"]),
    "no revision": lambda table: table.drop_columns(["revision"]),
    "no occurred_at": lambda table: table.drop_columns(["occurred_at"]),
    "inspection_id null": _with("inspection_id", pa.array([None], pa.string())),
    "inspection_id a number": _with("inspection_id", pa.array([7])),
    "inspection_id bytes": _with("inspection_id", pa.array([b"\xff\xfe"])),
    "inspection_id of 2 MB": _with("inspection_id", pa.array(["i" * 2_000_000])),
    "run null": _with("run", pa.array([None], pa.string())),
    "revision null": _with("revision", pa.array([None], pa.int64())),
    "revision text": _with("revision", pa.array(["first"])),
    "revision a double": _with("revision", pa.array([1.5])),
    "revision 2**63 - 1": _with("revision", pa.array([2**63 - 1])),
    "occurred_at null": _with("occurred_at", pa.array([None], pa.timestamp("us", "UTC"))),
    "occurred_at in ns": _with("occurred_at", pa.array([_MOMENT], pa.timestamp("ns", "UTC"))),
    "occurred_at in ms": _with("occurred_at", pa.array([_MOMENT], pa.timestamp("ms", "UTC"))),
    "occurred_at without a zone": _with("occurred_at", pa.array([_MOMENT.replace(tzinfo=None)], pa.timestamp("us"))),
    "occurred_at text": _with("occurred_at", pa.array(["2026-03-14"])),
    "occurred_at in the year 290,000": _with(
        "occurred_at", pa.array([2**63 - 1], pa.int64()).cast(pa.timestamp("us", "UTC"))
    ),
    "size_bytes text": _with("size_bytes", pa.array(["many"])),
    "verdict a dictionary": _with("verdict", pa.array(["normal"]).dictionary_encode()),
    "verdict a list": _with("verdict", pa.array([["normal"]])),
    "reason large text": _with("reason", pa.array(["r"], pa.large_string())),
    "a column twice": lambda table: table.append_column("verdict", pa.array(["normal"])),
}
"""Readable files that Linewatch did not write."""
