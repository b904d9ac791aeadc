"""How many bits the 16-bit greys of a camera really have: 10 or 12 bits look black when they are read as 16.

They are found once, over all training images, and kept in the metadata of the model file. Every image is then read with
them: a rule for each image alone would hide how bright it is.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.vision.detector import Detector

BITS = (8, 10, 12, 14, 16)
KEY = "grey_bits"


def bits_that_hold(highest: int) -> int:
    """The fewest bits, of those that cameras have, that hold this value."""
    return next((bits for bits in BITS if highest < 1 << bits), BITS[-1])


def grey_bits_of(metadata: Mapping[str, str]) -> int:
    """The bits that a model reads 16-bit greys with: 16 unless its metadata says fewer."""
    known = {str(bits): bits for bits in BITS}
    return known.get(metadata.get(KEY, ""), BITS[-1])


def with_grey_bits(detector: Detector, bits: int) -> Detector:
    """The detector that reads 16-bit greys with so many bits."""
    return replace(detector, metadata={**detector.metadata, KEY: str(bits)})
