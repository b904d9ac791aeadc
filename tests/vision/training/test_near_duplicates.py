"""Near-duplicates are joined, closest first, but never so many that too few images are left to compare with."""

import numpy as np

from chalicelib.vision.training.near_duplicates import near_duplicates


def grouped(vectors: np.ndarray, normals: int) -> list[int]:
    """The size of each image's group; a jittered copy is 1 away from its original."""
    jittered = vectors + np.eye(vectors.shape[1], dtype=np.float32)[0]
    groups = near_duplicates(vectors, vectors, jittered, normals)
    return [int((groups == group).sum()) for group in groups]


def spread(images: int) -> np.ndarray:
    """Images that are each 14 away from every other."""
    return 10 * np.eye(images, dtype=np.float32)


def test_images_closer_than_half_the_jitter_are_joined_and_others_are_not() -> None:
    vectors = spread(12)
    vectors[1] = vectors[0] + np.float32(0.4) * np.eye(12, dtype=np.float32)[5]
    vectors[3] = vectors[2] + np.float32(0.6) * np.eye(12, dtype=np.float32)[5]
    assert grouped(vectors, 12) == [2, 2] + [1] * 10


def test_a_group_has_at_most_a_quarter_of_the_images_and_of_the_normals() -> None:
    vectors = spread(20)
    vectors[:12] = vectors[0]
    assert max(grouped(vectors, 20)) <= 5
    assert max(grouped(vectors, 12)) <= 3
