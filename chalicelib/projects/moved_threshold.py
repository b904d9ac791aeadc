"""That a version has the weights of another one, and a threshold of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedThreshold:
    """The version has the weights of the version `version`, but this threshold, 0 to 1; `by` is who wanted that."""

    version: int
    threshold: float
    by: str
