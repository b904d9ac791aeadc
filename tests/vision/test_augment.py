"""Changed copies of photos."""

import numpy as np

from chalicelib.vision.augment import mirrored, mirrorings
from tests.vision.drawn import normals


def test_an_image_is_mirrored_in_every_way_once() -> None:
    photo = normals(1)[0]
    ways = [mirrored(photo, way) for way in range(1, mirrorings(photo) + 1)]
    assert len({photo.tobytes(), *(way.tobytes() for way in ways)}) == 8
    np.testing.assert_array_equal(mirrored(photo[:64], 3), photo[:64][::-1, ::-1])
    assert mirrorings(photo[:64]) == 3
