"""What the API needs from outside of the registry: who inspects an image and stores nothing."""

from typing import Protocol

from chalicelib.models.detect import Detection, DetectRequest


class Detector(Protocol):
    """Inspects images while their senders wait."""

    def detect(self, request: DetectRequest) -> Detection:
        """Raises `Throttled` when there are too many at the same time."""
        ...
