"""Moving a detector's threshold after training, and what to expect of it: counted on images left out in training."""

from dataclasses import dataclass, replace

import numpy as np

from chalicelib.vision.detector import Detector


@dataclass(frozen=True)
class Expected:
    """What a threshold does to the training images, each left out of training."""

    threshold: float
    false_rejects: int  # normals called anomalous
    normals: int
    escapes: int  # anomalies called normal
    anomalies: int


def moved_to(detector: Detector, threshold: float) -> Detector:
    """The same detector, deciding at another anomaly_probability. Raises ValueError outside 0 to 1."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold is a probability from 0 to 1, not {threshold}")
    return replace(detector, threshold=float(threshold))


def expected(detector: Detector, threshold: float | None = None) -> Expected:
    """The expected counts at a threshold, or at the detector's own."""
    at = detector.threshold if threshold is None else threshold
    rejects, escapes = int((detector.left_out_normal > at).sum()), int((detector.left_out_anomaly <= at).sum())
    return Expected(at, rejects, len(detector.left_out_normal), escapes, len(detector.left_out_anomaly))


def for_escape_rate(detector: Detector, rate: float) -> float:
    """The highest threshold at which at most this share of anomalies is expected to escape.

    Raises ValueError for a detector that was trained without anomalies: nothing is known of escapes.
    """
    if not len(detector.left_out_anomaly):
        raise ValueError("this model was trained without anomalies, so that its escape rate is unknown")
    chances = np.sort(detector.left_out_anomaly)
    allowed = int(rate * len(chances))
    return 1.0 if allowed >= len(chances) else float(np.nextafter(chances[allowed], 0))


def for_false_reject_rate(detector: Detector, rate: float) -> float:
    """The lowest threshold at which at most this share of normals is expected to be rejected."""
    chances = np.sort(detector.left_out_normal)[::-1]
    allowed = int(rate * len(chances))
    return 0.0 if allowed >= len(chances) else float(chances[allowed])
