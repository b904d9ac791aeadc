"""Counts of wrong verdicts, what they prove, and what other thresholds would do."""

import math
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.reports.training.predictions import (
    LabelledPrediction,
    Rate,
    close_calls,
    confusion_counts,
    escapes,
    false_rejects,
)
from chalicelib.reports.training.thresholds import faultless, moved_thresholds

FLAT = np.zeros((1, 1), np.float32)
CHANCES = st.floats(0, 1)
IMAGES = st.lists(st.tuples(st.booleans(), CHANCES), min_size=1, max_size=30).map(
    lambda rows: [
        LabelledPrediction(Path(f"{number}.jpg"), anomalous, chance, FLAT)
        for number, (anomalous, chance) in enumerate(rows)
    ]
)


@given(IMAGES, CHANCES)
def test_every_image_is_right_an_escape_or_a_false_reject(images: list[LabelledPrediction], threshold: float) -> None:
    counts = confusion_counts(images, threshold)
    right = len(close_calls(images, threshold))
    assert right + counts.escapes.count + counts.false_rejects.count == len(images)
    assert counts.escapes.of + counts.false_rejects.of == len(images)
    assert len(escapes(images, threshold)) == counts.escapes.count
    assert len(false_rejects(images, threshold)) == counts.false_rejects.count


@given(IMAGES)
def test_the_surest_mistakes_come_first(images: list[LabelledPrediction]) -> None:
    missed = [image.probability for image in escapes(images, 0.5)]
    rejected = [image.probability for image in false_rejects(images, 0.5)]
    assert missed == sorted(missed)
    assert rejected == sorted(rejected, reverse=True)


@given(IMAGES, CHANCES)
def test_a_higher_threshold_lets_more_escape_and_rejects_fewer(
    images: list[LabelledPrediction], current: float
) -> None:
    rows = moved_thresholds(images, current)
    assert [row.threshold for row in rows] == sorted(row.threshold for row in rows)
    assert [row.escapes.count for row in rows] == sorted(row.escapes.count for row in rows)
    assert [row.false_rejects.count for row in rows] == sorted((row.false_rejects.count for row in rows), reverse=True)
    assert current in [row.threshold for row in rows]


def test_an_unfamiliar_image_does_not_pass_at_any_threshold() -> None:
    strange = [LabelledPrediction(Path(str(bad)), bad, 0.1, FLAT, unfamiliar=True) for bad in (False, True)]
    for threshold in (0.05, 0.5, 1):
        counts = confusion_counts(strange, threshold)
        assert (counts.escapes, counts.false_rejects) == (Rate(0, 1), Rate(1, 1))
    assert close_calls(strange, 0.5) == []


def test_thresholds_that_make_the_same_mistakes_are_given_once() -> None:
    images = [LabelledPrediction(Path("a"), False, 0.2, FLAT), LabelledPrediction(Path("b"), True, 0.8, FLAT)]
    outcomes = [(row.escapes, row.false_rejects) for row in moved_thresholds(images, 0.5)]
    assert len(outcomes) == len(set(outcomes)) == 3


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 0.99)), min_size=1, max_size=30))
@example([(False, 0.01), (True, math.nextafter(0.01, 1))])
def test_there_is_a_threshold_without_escapes_and_one_without_false_rejects(rows: list[tuple[bool, float]]) -> None:
    images = [LabelledPrediction(Path("x"), anomalous, chance, FLAT) for anomalous, chance in rows]
    low, high = faultless(images)
    assert confusion_counts(images, low).escapes.count == 0
    assert confusion_counts(images, high).false_rejects.count == 0


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_bounds_of_a_rate_hold_it_and_narrow_with_more_images(count: int, others: int) -> None:
    rate, more = Rate(count, count + others), Rate(10 * count, 10 * (count + others))
    low, high = rate.bounds
    assert 0 <= low <= rate.share + 1e-12
    assert rate.share <= high + 1e-12 <= 1 + 1e-12
    assert more.bounds[1] - more.bounds[0] <= high - low


def test_the_bounds_are_wilsons() -> None:
    low, high = Rate(1, 10).bounds
    assert abs(low - 0.0179) < 1e-4
    assert abs(high - 0.4042) < 1e-4
    assert Rate(0, 0).bounds == (0, 1)
