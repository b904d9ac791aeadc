"""What the API needs from outside of the registry: who inspects an image and stores nothing."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.models.detect import DetectedVerdict, Detection, DetectRequest
from chalicelib.projects.domain import ModelVersion

type Measured = Callable[[Callable[[], DetectedVerdict], ModelVersion], DetectedVerdict]
"""Calls a function for this version, measures how that went, and returns or raises what the function does."""


class Detector(Protocol):
    """Inspects images while their senders wait."""

    def detect(self, request: DetectRequest) -> Detection:
        """Raises `Throttled` when there are too many at the same time, or no answer comes."""
        ...
