"""Near-duplicates: training images that differ less than light and placement may, such as frames of one sequence.

Leaving out an image while its twin stays would make every distance look too small and every threshold too low.
"""

import numpy as np
from numpy.typing import NDArray

CLOSE = 0.5  # of what an image usually differs from its own jittered copy, and from any other image
LARGEST_SHARE = 0.25  # of the images, and of the normals: of larger groups too few would be left to compare with


def near_duplicates(
    thumbs: NDArray[np.float32], originals: NDArray[np.float32], copies: NDArray[np.float32], normals: int
) -> NDArray[np.int64]:
    """A group number for each of n images, from thumbnails of their features (n, k), normals first.

    Near is half as far as copies (c, k) are from their originals (c, k), and half as far as any two images are.
    The closest pairs are joined first; images that resemble no other keep a group of their own.
    """
    squares = (thumbs * thumbs).sum(axis=1)
    apart = np.maximum(squares[:, None] + squares - 2 * thumbs @ thumbs.T, 0)
    usual = np.sqrt(np.median(apart[np.triu_indices(len(thumbs), 1)]))
    jitter = np.median(np.linalg.norm(originals - copies, axis=1)) if len(copies) else usual
    near = CLOSE * float(min(usual, jitter))
    first, second = np.nonzero(np.triu(apart <= near * near, 1))
    groups = np.arange(len(thumbs))
    for pair in np.argsort(apart[first, second], kind="stable"):
        a, b = groups[first[pair]], groups[second[pair]]
        joined = (groups == a) | (groups == b)
        shares = ((joined[:normals], normals), (joined, len(thumbs)))
        if all(part.sum() <= max(2, LARGEST_SHARE * whole) for part, whole in shares):
            groups[joined] = min(a, b)
    return groups
