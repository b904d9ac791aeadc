"""The parts of a detector fit together, or the part that does not is named."""

from dataclasses import replace
from typing import Any

import numpy as np
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


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"lowest": np.full(53, np.nan, np.float32)}, r"familiarity\.lowest"),
        ({"lowest": np.zeros(52, np.float32)}, r"familiarity\.lowest"),
        ({"highest": np.full(53, -2e4, np.float32)}, r"familiarity\.lowest is above"),
        ({"summaries": np.zeros((0, 124), np.float16)}, r"familiarity\.summaries"),
        ({"summaries": np.zeros((2801, 124), np.float16)}, r"familiarity\.summaries"),
        ({"summaries": np.zeros((9, 123), np.float16)}, r"familiarity\.summaries"),
        ({"summaries": np.full((9, 124), np.inf, np.float16)}, r"familiarity\.summaries"),
        ({"farthest": -1.0}, r"familiarity\.farthest"),
    ],
)
def test_what_no_training_can_learn_of_familiar_images_is_refused(
    from_normals: Training, changed: dict[str, Any], name: str
) -> None:
    detector = from_normals.detector
    with pytest.raises(ValueError, match=name):
        check(replace(detector, familiarity=replace(detector.familiarity, **changed)))
