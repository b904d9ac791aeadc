"""The region of interest: what of an image is inspected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Known, Photo

MEASURED = 20  # photos that the colour is taken from


@dataclass(frozen=True)
class Region:
    """What of a photo is inspected. The rest gets one colour, so that nothing there can matter."""

    cells: NDArray[np.uint8]  # (h, w) 1 where the photo is inspected
    colour: NDArray[np.uint8]  # (3,)

    @property
    def known(self) -> Known:
        """(h, w) whether a cell is inspected."""
        return self.cells > 0

    def painted(self, photo: Photo) -> Photo:
        """The photo (H, W, 3) with the colour in all that is not inspected."""
        inspected = resized_mask(self.known, photo.shape[:2])
        return np.where(inspected[..., None], photo, self.colour)


def fit_region(inspected: Known, shape: tuple[int, int], photos: Sequence[Photo]) -> Region:
    """In (h, w) = `shape` cells, from a mask (m, n) of the whole photo.

    A cell is inspected if at least half of it is. The colour is the median of the photos along the region's edge.
    """
    height, width = shape
    shares = Image.fromarray(inspected.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    cells = np.asarray(shares) >= 0.5
    edge = cells & ~_shrunk(cells)
    chosen = [photos[i] for i in np.linspace(0, len(photos) - 1, min(MEASURED, len(photos))).astype(int)]
    pixels = np.concatenate([photo[resized_mask(edge, photo.shape[:2])] for photo in chosen])
    return Region(cells.astype(np.uint8), np.median(pixels, axis=0).astype(np.uint8))


def resized_mask(mask: Known, shape: tuple[int, ...]) -> Known:
    """A mask at another size (height, width), by the nearest."""
    rows, columns = (np.arange(wanted) * given // wanted for wanted, given in zip(shape, mask.shape, strict=True))
    return np.asarray(mask[rows][:, columns], np.bool_)


def _shrunk(cells: Known) -> Known:
    """The cells (h, w) whose neighbours at the four sides are all true too."""
    edged = np.pad(cells, 1)
    sides = edged[:-2, 1:-1] & edged[2:, 1:-1] & edged[1:-1, :-2] & edged[1:-1, 2:]
    return np.asarray(cells & sides, np.bool_)
