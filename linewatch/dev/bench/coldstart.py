"""Measure the time to import the app, and check what it loads."""

import json
import subprocess
import sys
from collections.abc import Mapping
from statistics import median
from typing import Any

from linewatch.project import ROOT

RUNS = 7
HEAVY = ("numpy", "PIL", "onnxruntime", "arro3", "boto3", "botocore")
"""Modules that the import must not load. Most functions do not have these layers or need these clients."""

_PROGRAM = f"""
import json, sys, time
started = time.perf_counter()
import chalice.app
chalice = time.perf_counter() - started
started = time.perf_counter()
import app
print(json.dumps({{"chalice": chalice, "app": time.perf_counter() - started,
                  "heavy": [name for name in {HEAVY!r} if name in sys.modules]}}))
"""


def cold_start() -> dict[str, Any]:
    """Median seconds in new interpreters: of the whole import, and of Chalice alone for comparison."""
    runs = [_run() for _ in range(RUNS)]
    return {
        "import_app_seconds": round(median(run["chalice"] + run["app"] for run in runs), 3),
        "of_which_chalice_seconds": round(median(run["chalice"] for run in runs), 3),
        "heavy_modules_loaded": runs[0]["heavy"],
    }


def _run() -> Mapping[str, Any]:
    run = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    figures: Mapping[str, Any] = json.loads(run.stdout)
    return figures
