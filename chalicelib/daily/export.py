"""A day's inspections as a CSV file, and the manifests with which QuickSight imports such files.

Source of the manifest's form: "Supported formats for Amazon S3 manifest files", Amazon QuickSight User Guide.
"""

import json
from collections.abc import Iterable, Mapping

from chalicelib.daily.domain import PlantDay
from chalicelib.daily.lake_rows import Row
from chalicelib.daily.sections import ShiftNames, place_of
from chalicelib.reports.csv_text import as_csv

EXPORTS = "exports/inspections/"
"""Where the files lie in the bucket, in a folder for each project. Nothing else may lie there: QuickSight reads all."""
COLUMNS = (
    "day", "captured_at", "project", "line", "camera", "shift", "verdict", "reason", "anomaly_probability",
    "confidence", "model_version", "place", "area_fraction", "image_id", "inspection_id", "key",
)  # fmt: skip
"""Of the file. `captured_at` is the plant's time; `place` is where the defect is."""


def export_of(rows: Iterable[Row], day: PlantDay, shifts: Mapping[str, ShiftNames]) -> bytes:
    """One row for each inspection, in the order of capture."""
    return as_csv(COLUMNS, (_values(row, day, shifts.get(row.project)) for row in rows))


def _values(row: Row, day: PlantDay, shifts: ShiftNames | None) -> tuple[object, ...]:
    return (
        day.day,
        day.clock(row.captured_at, "%Y-%m-%d %H:%M:%S"),
        row.project,
        row.line,
        row.camera,
        None if shifts is None else shifts.at(row.captured_at),
        row.verdict,
        row.reason,
        row.anomaly_probability,
        row.confidence,
        row.model_version,
        place_of(row) if row.verdict == "anomalous" else None,
        row.area_fraction,
        row.image_id,
        row.inspection_id,
        row.key,
    )


def manifest_of(bucket: str, project: str | None) -> bytes:
    """The manifest of one project's files, or with None of all."""
    prefix = f"s3://{bucket}/{EXPORTS}" + (f"{project}/" if project else "")
    settings = {"format": "CSV", "delimiter": ",", "textqualifier": '"', "containsHeader": "true"}
    document = {"fileLocations": [{"URIPrefixes": [prefix]}], "globalUploadSettings": settings}
    return json.dumps(document, indent=2).encode() + b"\n"
