"""The README's picture is small, says each verdict, and marks the mistakes."""

import re
from pathlib import Path

import numpy as np
import pytest

from linewatch.demo.picture import COLUMNS, Tile, picture

ROOT = Path(__file__).parents[2]
MOST_BYTES = 150_000


def tile(*, anomalous: bool, labelled_anomalous: bool) -> Tile:
    """A black image with a prediction."""
    photo = np.zeros((64, 80, 3), np.uint8)
    return Tile(photo, anomalous, 0.9 if anomalous else 0.1, [(8, 8, 24, 24)], labelled_anomalous)


def test_the_readme_shows_a_picture_that_loads_quickly() -> None:
    found = re.search(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text())
    assert found
    assert (ROOT / found[1]).stat().st_size < MOST_BYTES


@pytest.mark.parametrize(
    ("anomalous", "labelled_anomalous", "note"),
    [(True, True, ""), (False, False, ""), (False, True, "missed"), (True, False, "false alarm")],
)
def test_a_verdict_that_is_not_the_label_is_named_as_a_mistake(
    anomalous: bool, labelled_anomalous: bool, note: str
) -> None:
    assert tile(anomalous=anomalous, labelled_anomalous=labelled_anomalous).note == note


def test_rows_are_filled_from_left_to_right_and_the_last_may_be_short() -> None:
    one = tile(anomalous=True, labelled_anomalous=True)
    full, more = picture([one] * COLUMNS), picture([one] * (COLUMNS + 1))
    assert full.width == more.width
    assert more.height > full.height
