"""Whether images fall into two kinds, such as two products in one folder."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Photo, scale_of
from chalicelib.vision.features.filters import filter_features
from chalicelib.vision.features.resizing import resized

SIDE = 128  # px that images are brought to
LEAST = 20  # images
SMALLEST = 0.1  # of the images: a smaller kind is a few odd images
APART = 4.0  # standard deviations between two kinds at least
KEPT = 8  # principal components
STARTS = 4  # components that a first cut is tried along
ROUNDS = 30
REFERENCES = 40  # draws without kinds
RIDGE = 0.01  # of the mean variance, added to each component's


def pooled_descriptor(photo: Photo) -> NDArray[np.float32]:
    """What an image looks like as a whole: mean and deviation of each filter channel over the cells, (k,)."""
    grid = filter_features(resized(photo, (SIDE, SIDE)))
    return np.concatenate([grid.mean(axis=(0, 1)), grid.std(axis=(0, 1))])


def two_kinds(vectors: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Which of n images are of the smaller kind, (n,), from their descriptors (n, k); None if there is one kind.

    Two clusters by k-means on the principal components (Ding and He 2004). They are kinds if they part the images
    better than they part normally distributed draws of the same variances, as in the gap statistic (Tibshirani, Walther
    and Hastie 2001), and if they lie far apart along Fisher's discriminant. One continuous variation is one kind.
    """
    if len(vectors) < LEAST:
        return None
    components = principal(vectors)
    second = clusters(components)
    if second.sum() < SMALLEST * len(second):
        return None
    rng = np.random.default_rng(0)
    draws = [rng.normal(size=components.shape) * components.std(axis=0) for _ in range(REFERENCES)]
    known = [(draw, clusters(draw)) for draw in draws]
    parted = spread(components, second) < min(spread(*each) for each in known)
    apart = distance(components, second) > max(APART, *(distance(*each) for each in known))
    return second if parted and apart else None


def principal(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The first principal components of standardised vectors: (n, k) -> (n, at most 8)."""
    centred = (vectors - vectors.mean(axis=0)) / scale_of(vectors.std(axis=0))
    left, strength, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    return np.asarray((left * strength)[:, :KEPT])


def clusters(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the points (n, k) are in the smaller of two clusters, (n,): the best of several first cuts.

    None of them where all points are the same.
    """
    leading = points[:, :STARTS].T
    every = [along > middle for along in leading for middle in (np.median(along), along.mean())]
    cuts = [cut for cut in every if cut.any() and not cut.all()]
    if not cuts:
        return np.zeros(len(points), np.bool_)
    second = min((moved(points, cut) for cut in cuts), key=lambda cut: spread(points, cut))
    return ~second if 2 * second.sum() > len(second) else second


def moved(points: NDArray[np.float64], second: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The two clusters that k-means makes of a first cut (Lloyd 1982); neither becomes empty."""
    for _ in range(ROUNDS):
        centres = [points[part].mean(axis=0) for part in (~second, second)]
        apart = [((points - centre) ** 2).sum(axis=1) for centre in centres]
        nearer = apart[1] < apart[0]
        if nearer.all() or not nearer.any() or (nearer == second).all():
            break
        second = nearer
    return second


def spread(points: NDArray[np.float64], second: NDArray[np.bool_]) -> float:
    """The share of the squared deviations that is left within the two clusters, 0 to 1."""
    return float((residuals(points, second) ** 2).sum() / ((points - points.mean(axis=0)) ** 2).sum())


def distance(points: NDArray[np.float64], second: NDArray[np.bool_]) -> float:
    """How far the clusters' centres are apart along the discriminant (Fisher 1936), in standard deviations of both."""
    left = residuals(points, second)
    variances = left.T @ left / len(points)
    variances += RIDGE * np.trace(variances) / len(variances) * np.eye(len(variances))
    way = points[second].mean(axis=0) - points[~second].mean(axis=0)
    along = points @ np.linalg.solve(variances, way)
    first, other = along[~second], along[second]
    return float((other.mean() - first.mean()) / np.sqrt(first.var() + other.var() + 1e-12))


def residuals(points: NDArray[np.float64], second: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The points (n, k) from the centres of their clusters."""
    return np.concatenate([points[part] - points[part].mean(axis=0) for part in (~second, second)])
