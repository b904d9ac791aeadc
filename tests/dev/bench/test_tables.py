"""The figures of the bench are whole, however narrow the terminal is."""

from io import StringIO

from rich.console import Console

from linewatch.dev.bench.tables import show

HANDLER = {"batch": 10, "ms_per_image": 0.5123, "ms_alone": 1.25, "json_ms_per_image": 0.0123}
LAKE = {
    "rows": 100_000.0,
    "files": 100.0,
    "input_mb": 12.5,
    "archive_seconds_per_10k": 1.0,
    "compact_seconds_per_10k": 2.0,
    "compact_seconds": 20.0,
    "compact_peak_mb": 300.0,
    "peak_before_mb": 100.0,
    "pyarrow_seconds_per_10k": 0.5,
}
ROW = {
    "service": "DynamoDB",
    "what": "on-demand writes of inspections",
    "requests": 1000.0,
    "units": 3000.0,
    "usd_per_million_images": 1.234,
    "how": "counted",
}
RESULTS = {
    "chain": {"seconds_to_verdict_p95": 1.5},
    "inference": {"ms": 20.0},
    "cold_start": {"seconds": 1.0},
    "overhead": {"archive_results": HANDLER},
    "zips": {"vision": {"zip_megabytes": 40.0, "unzipped_megabytes": 120.0}},
    "bills": [{"batches": "batches of one", "usd_per_million": 8.81, "item_bytes": 900, "rows": [ROW]}],
    "lake": [LAKE, LAKE],
    "load_before": 0.1,
    "load_after": 0.2,
    "cores": 2,
}


def test_a_narrow_terminal_or_a_pipe_cuts_no_head_and_no_figure() -> None:
    shown = StringIO()
    show(RESULTS, Console(file=shown, width=80))
    assert "…" not in shown.getvalue()
    assert all(name.replace("_", " ") in shown.getvalue() for name in LAKE)
