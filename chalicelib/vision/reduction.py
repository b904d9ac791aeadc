"""By how much a large photo is reduced before it is resized."""

KEPT = 2
"""A photo is reduced to no less than so many times the pixels, along each side, that it will be resized to."""


def reduction(size: tuple[int, int], wanted: tuple[int, int]) -> int:
    """How many pixels of a photo, along each side, may become one before it is resized to `wanted`; 1 or more."""
    return max(1, min(side // (KEPT * small) for side, small in zip(size, wanted, strict=True)))
