"""The size that photos are brought to."""

from collections.abc import Sequence
from threading import Barrier
from time import sleep

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vision.arrays import THREADS, Photo
from chalicelib.vision.features.resizing import of_each, resize_all, resized, working_size
from chalicelib.vision.progress import silent


def photos(count: int, first: int = 0) -> list[Photo]:
    return [np.full((40, 40, 3), first + number, np.uint8) for number in range(count)]


@given(st.lists(st.tuples(st.integers(16, 8192), st.integers(16, 8192)), min_size=1, max_size=5))
def test_the_working_size_has_sides_in_whole_cells_and_about_the_wanted_area(shapes: list[tuple[int, int]]) -> None:
    height, width = working_size(shapes, 256)
    assert height % 32 == width % 32 == 0
    assert 256 * 256 / 2 <= height * width <= 256 * 256 * 2


def test_photos_are_resized_in_their_order_with_the_sizes_that_they_came_in() -> None:
    normal, anomaly = [*photos(5), np.full((80, 80, 3), 9, np.uint8)], photos(3, first=100)
    images = resize_all(normal, anomaly, 32, silent)
    assert images.shapes == [photo.shape[:2] for photo in (*normal, *anomaly)]
    assert images.normal_count == 6
    for small, photo in zip(images.photos, (*normal, *anomaly), strict=True):
        np.testing.assert_array_equal(small, resized(photo, (32, 32)))


def test_photos_are_read_side_by_side_and_never_more_than_there_are_threads() -> None:
    together = Barrier(THREADS, timeout=10)
    reading: list[int] = []
    most = 0

    def work(photo: Photo) -> int:
        nonlocal most
        reading.append(1)
        most = max(most, len(reading))
        together.wait()
        reading.pop()
        return int(photo[0, 0, 0])

    assert of_each((photos(4), photos(4, first=4)), work, silent, "reading") == [*range(8)]
    assert most == THREADS


def test_a_photo_that_cannot_be_read_ends_the_reading_soon() -> None:
    read = []

    def work(photo: Photo) -> None:
        read.append(photo)
        if photo is sets[0][0]:
            raise OSError("damaged")
        sleep(0.01)

    sets: Sequence[Sequence[Photo]] = (photos(200), ())
    with pytest.raises(OSError, match="damaged"):
        of_each(sets, work, silent, "reading")
    assert len(read) < 200
