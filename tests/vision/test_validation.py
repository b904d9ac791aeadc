"""The parts of a detector fit together, or the part that does not is named."""

from dataclasses import replace

import pytest

from chalicelib.vision.training.train import Training
from chalicelib.vision.validation import check


@pytest.mark.parametrize("beyond", [0, 1])
def test_the_last_row_of_the_support_may_be_used_and_none_beyond_it(from_normals: Training, beyond: int) -> None:
    detector = from_normals.detector
    rows = detector.process.rows.copy()
    rows[-1] = len(detector.support) - 1 + beyond
    changed = replace(detector, process=replace(detector.process, rows=rows))
    if not beyond:
        check(changed)
        return
    with pytest.raises(ValueError, match=r"process\.rows"):
        check(changed)


@pytest.mark.parametrize("row", [-1, -(2**40)])
def test_no_row_of_the_support_is_counted_from_its_end(from_normals: Training, row: int) -> None:
    detector = from_normals.detector
    rows = detector.process.rows.copy()
    rows[0] = row
    with pytest.raises(ValueError, match=r"process\.rows"):
        check(replace(detector, process=replace(detector.process, rows=rows)))
