"""A function's start loads only what all functions need."""

import subprocess
import sys

from linewatch.dev.bench.coldstart import HEAVY
from linewatch.project import ROOT


def test_the_import_of_the_app_loads_nothing_heavy() -> None:
    program = f"import sys, app; print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "loaded:"
