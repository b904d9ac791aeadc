"""Near-duplicates: training images that differ less than light and placement may, such as frames of one sequence.

Leaving out an image while its twin stays would make every distance look too small and every threshold too low.
"""

import numpy as np
from numpy.typing import NDArray

CLOSE = 0.5  # of what an image usually differs from its own jittered copy
LARGEST_SHARE = 0.25  # of the images: a group may not grow beyond, or too few would be left to compare with


def near_duplicates(
    thumbs: NDArray[np.float32], originals: NDArray[np.float32], copies: NDArray[np.float32]
) -> NDArray[np.int64]:
    """A group number for each of n images, from thumbnails of their features (n, k).

    How far copies (c, k) are from their originals (c, k) says what is near. The closest pairs are joined first;
    images that resemble no other keep a group of their own.
    """
    near = CLOSE * float(np.median(np.linalg.norm(originals - copies, axis=1))) if len(copies) else 0.0
    squares = (thumbs * thumbs).sum(axis=1)
    apart = np.maximum(squares[:, None] + squares - 2 * thumbs @ thumbs.T, 0)
    first, second = np.nonzero(np.triu(apart <= near * near, 1))
    groups = np.arange(len(thumbs))
    for pair in np.argsort(apart[first, second], kind="stable"):
        a, b = groups[first[pair]], groups[second[pair]]
        joined = (groups == a) | (groups == b)
        if joined.sum() <= max(2, LARGEST_SHARE * len(thumbs)):
            groups[joined] = min(a, b)
    return groups
