"""A day of 100,000 images is counted and printed in under 30 s and 1 GB."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys, time
from datetime import timedelta
from pathlib import Path

from chalicelib.core.events import ImageInspected
from chalicelib.daily.export import export_of
from chalicelib.daily.print_reports import Printing, print_day
from chalicelib.daily.files import files_of
from tests.daily.lakes import DAY, at, inspected, lake_in
from tests.support.fake_daily import FakeDrifts, FakePictures, FakeReports, FakeShifts
from chalicelib.core.inspection import Verdict

IMAGES = 100_000
lake, known = lake_in(Path(sys.argv[1])), inspected(1, at(0))
template = ImageInspected.of(known)
for part in range(10):
    events = []
    for number in range(part * IMAGES // 10, (part + 1) * IMAGES // 10):
        captured_at = at(0) + timedelta(seconds=number * 86_400 / IMAGES)
        verdict = Verdict.ANOMALOUS if number % 100 == 0 else Verdict.NORMAL
        one = inspected(number, captured_at, camera=f"cam-{number % 10}", verdict=verdict)
        events.append(template.model_copy(update={"event_id": f"{number:032x}", "inspection": one}))
    from chalicelib.lake.archive import archive
    assert not any(archive(events, lake=lake))
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
found, printed = print_day(DAY, FakeReports(), Printing(lake, FakeShifts(), FakePictures(), files_of, FakeDrifts()))
export_of(found.rows, DAY, {})
took = time.process_time() - began
assert printed[-1].report.total.images == IMAGES, printed[-1].report.total
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, before / 1024)
"""


@pytest.mark.long
def test_a_day_of_100_000_images(tmp_path: Path) -> None:
    """Seconds of one core, and MiB at most, which include those of making the lake."""
    run = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    seconds, most, _ = map(float, run.stdout.split())
    assert seconds < 30
    assert most < 1024
