"""Functions that have nothing to do with calendars load nothing of them when they start."""

import subprocess
import sys

from linewatch.project import ROOT

SCRIPT = """
import sys, app
print(*[name for name in sys.modules if name.split(".")[0] in ("dateutil", "icalendar")])
print(*[name for name in sys.modules if name.startswith("chalicelib.shifts.")])
"""


def test_app_loads_no_library_of_calendars_and_no_rules() -> None:
    command = [sys.executable, "-c", SCRIPT]
    libraries, own = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[
        :2
    ]
    assert libraries == ""
    assert set(own.split()) == {f"chalicelib.shifts.{name}" for name in ("handlers", "routes", "wiring")}
