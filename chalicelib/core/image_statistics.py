"""A few numbers of an inspected image, by which a camera that changed is found."""

from typing import NamedTuple

_DIGITS = 4


class ImageStatistics(NamedTuple):
    """`brightness` is the mean grey level, 0 to 255. `sharpness` (0 to about 1) is how large steps between neighbouring
    pixels are, as a share of steps between pixels six apart: focus changes it, light hardly does. `centre_x` and
    `centre_y` are where the centre of the edges is, 0 (left, top) to 1. `training_distance` is how far the image as a
    whole is from the nearest training image, as a share of the distance up to which it is familiar.
    """

    brightness: float
    sharpness: float
    centre_x: float
    centre_y: float
    training_distance: float

    def rounded(self) -> "ImageStatistics":
        """With four decimals."""
        return ImageStatistics(*(round(value, _DIGITS) for value in self))
