"""The variance components of a textbook, and of data with known ones."""

import numpy as np
import pytest

from linewatch.repeatability.components import components, tail_of_f

AIAG = """
0.29 -0.56 1.34 0.47 -0.80 0.02 0.59 -0.31 2.26 -1.36
0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31
0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
0.25 -1.22 0.94 1.03 -1.20 0.22 0.55 0.08 2.12 -1.62
0.07 -0.68 1.34 0.20 -1.28 0.06 0.83 -0.34 2.19 -1.50
0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49
-0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
-0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16
"""
"""Measurement Systems Analysis, 4th edition, figure III-B 6a: three trials of three appraisers, of ten parts."""


def test_the_example_of_the_standard_has_its_published_components() -> None:
    values = np.array(AIAG.split(), np.float64)
    parts = [f"part {number % 10}" for number in range(90)]
    setups = [f"appraiser {number // 30}" for number in range(90)]
    found = components(values, parts, setups)
    published = (0.199933, 0.226838, 1.042327, 0.302373, 27.86)
    assert (found.repeats, found.setups, found.parts, found.system) == pytest.approx(published[:4], abs=1e-5)
    assert found.system_percent == pytest.approx(published[4], abs=0.01)
    assert found.distinct == 4


def test_simulated_parts_have_the_components_that_they_were_made_with() -> None:
    rng = np.random.default_rng(1)
    repeats = rng.integers(2, 6, 400)
    parts = [f"{number}" for number, times in enumerate(repeats) for _ in range(times)]
    values = np.repeat(rng.normal(0, 2, 400), repeats) + rng.normal(0, 0.5, repeats.sum())
    found = components(values, parts)
    assert found.repeats == pytest.approx(0.5, rel=0.05)
    assert found.parts == pytest.approx(2, rel=0.1)
    assert found.system_percent == pytest.approx(100 * 0.5 / np.hypot(2, 0.5), rel=0.1)


def test_an_interaction_of_parts_and_setups_counts_as_the_systems() -> None:
    rng = np.random.default_rng(2)
    shape = (60, 3, 4)
    values = rng.normal(0, 2, (60, 1, 1)) + rng.normal(0, 1, (60, 3, 1)) + rng.normal(0, 0.2, shape)
    parts, setups = ([f"{at[axis]}" for at in np.ndindex(shape)] for axis in (0, 1))
    found = components(values.ravel(), parts, setups)
    assert found.repeats == pytest.approx(0.2, rel=0.1)
    assert found.setups == pytest.approx(1, rel=0.2)


def test_parts_that_repeat_exactly_have_no_limit() -> None:
    found = components(np.array([1.0, 1.0, 5.0, 5.0]), ["a", "a", "b", "b"])
    assert (found.system_percent, found.distinct) == (0, None)


@pytest.mark.parametrize("parts", [["a", "a", "a"], ["a", "b", "c"]])
def test_a_study_without_parts_or_repeats_is_refused(parts: list[str]) -> None:
    with pytest.raises(ValueError, match="at least two parts"):
        components(np.arange(3.0), parts)


def test_the_tail_of_f_is_that_of_tables() -> None:
    assert tail_of_f(4.10, 2, 10) == pytest.approx(0.05, abs=2e-4)
    assert tail_of_f(2.71, 5, 20) == pytest.approx(0.05, abs=2e-4)
