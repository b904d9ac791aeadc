"""An inspection of images without a function."""

from dataclasses import dataclass, field

from chalicelib.models.detect import DetectedVerdict, Detection, DetectRequest


@dataclass
class FakeDetector:
    """Answers the same for every image, or raises `fault`."""

    detection: Detection = field(
        default_factory=lambda: Detection(DetectedVerdict(anomalous=True, confidence=0.812345))
    )
    fault: Exception | None = None
    requests: list[DetectRequest] = field(default_factory=list)

    def detect(self, request: DetectRequest) -> Detection:
        self.requests.append(request)
        if self.fault is not None:
            raise self.fault
        return self.detection
