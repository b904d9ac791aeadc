"""Folds of images that are left out of a fit together."""

import numpy as np
from numpy.typing import NDArray


def folds(groups: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The fold of each of n images, (n,): groups stay together, the largest are given first, to the smallest fold."""
    numbers, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    filled = np.zeros(min(count, len(numbers)), np.int64)
    fold = np.zeros(len(numbers), np.int64)
    for number in np.argsort(-sizes, kind="stable"):
        fold[number] = filled.argmin()
        filled[fold[number]] += sizes[number]
    return fold[group]
