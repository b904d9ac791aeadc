"""Groups are left out whole, in folds of about the same size."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.folds import folds

FOLDS = 5


def test_groups_stay_together_and_folds_are_about_even() -> None:
    groups = np.repeat(np.arange(9), [7, 1, 3, 5, 2, 2, 4, 4, 4])
    fold = folds(groups, 4)
    assert all(len(set(fold[groups == group].tolist())) == 1 for group in range(9))
    assert np.bincount(fold).max() - np.bincount(fold).min() <= 2
    assert len(set(folds(np.array([5, 5, 7]), 4).tolist())) == 2


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_a_group_is_in_one_fold_and_folds_are_about_even(groups: list[int]) -> None:
    fold_of = folds(np.array(groups), FOLDS)
    assert all(
        len({fold for fold, other in zip(fold_of.tolist(), groups, strict=True) if other == group}) == 1
        for group in groups
    )
    held = np.bincount(fold_of, minlength=FOLDS)
    assert held.max() - held.min() <= np.bincount(groups).max()
