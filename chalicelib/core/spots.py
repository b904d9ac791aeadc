"""The places of an image where it is unusual: boxes in pixels, and where they are in words."""

from collections.abc import Sequence
from typing import NamedTuple

MOST_BOXES = 5
_LARGE = 0.5
"""Of the image: a larger box is most of it."""

_WORDS = (
    ("upper left", "top", "upper right"),
    ("left", "centre", "right"),
    ("lower left", "bottom", "lower right"),
)


class Box(NamedTuple):
    """A rectangle in pixels of the original image. `right` and `bottom` are the first pixels outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    def lies_within(self, width: int, height: int) -> bool:
        """Whether it is at least one pixel of an image of this size, and none outside of the image."""
        return 0 <= self.left < self.right <= width and 0 <= self.top < self.bottom <= height


def spot_in_words(boxes: Sequence[Box], width: int, height: int, area_fraction: float) -> str | None:
    """Where the strongest box is, such as `upper left, 120,40-180,90 px, 3 % of the image`; None without a box.

    The percentage is the share of the image that is unusual, in all boxes together.
    """
    if not boxes:
        return None
    left, top, right, bottom = boxes[0]
    percent = f"{area_fraction:.0%}".replace("%", " %") if area_fraction >= 0.01 else "under 1 %"
    others = f", and {len(boxes) - 1} more" if len(boxes) > 1 else ""
    place = where(boxes[0], width, height)
    return f"{place}, {left},{top}-{right},{bottom} px, {percent} of the image{others}"


def where(box: Box, width: int, height: int) -> str:
    """The ninth of an image in which a box lies, such as `upper left`, or `most of the image`."""
    if (box.right - box.left) * (box.bottom - box.top) > _LARGE * width * height:
        return "most of the image"
    column, row = (box.left + box.right) * 3 // (2 * width), (box.top + box.bottom) * 3 // (2 * height)
    return _WORDS[min(row, 2)][min(column, 2)]
