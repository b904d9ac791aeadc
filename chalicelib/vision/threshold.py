"""Moving a detector's threshold after training, and what to expect of it: counted on images left out in training."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor, log10

import numpy as np

from chalicelib.vision.binomial import images_to_show, upper_bound
from chalicelib.vision.costs import Costs, HeldOut, expectation, step_at
from chalicelib.vision.detector import Detector


class CannotShow(ValueError):
    """The training images cannot show what is asked for; the message says how many could."""


@dataclass(frozen=True)
class Expected:
    """What a threshold does to the training images, each left out of training."""

    threshold: float
    false_rejects: int  # normals called anomalous
    normals: int
    false_reject_bound: float  # the share that is rejected at most, with 95 % confidence
    escapes: int  # anomalies called normal
    anomalies: int
    escape_bound: float  # the share that escapes at most, with 95 % confidence; 1 without anomalies


def moved_to(detector: Detector, threshold: float) -> Detector:
    """The same detector, deciding at another anomaly_probability. Raises ValueError outside 0 to 1."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold is a probability from 0 to 1, not {threshold}")
    return replace(detector, threshold=float(threshold))


def expected(detector: Detector, threshold: float | None = None) -> Expected:
    """The expected counts at a threshold, or at the detector's own."""
    at = detector.threshold if threshold is None else threshold
    rejects, escapes = _rejects(detector, at), _escapes(detector, at)
    normals, anomalies = len(detector.left_out_normal), len(detector.left_out_anomaly)
    bounds = upper_bound(rejects, normals), upper_bound(escapes, anomalies)
    return Expected(at, rejects, normals, bounds[0], escapes, anomalies, bounds[1])


def for_escape_rate(detector: Detector, rate: float) -> float:
    """A threshold at which at most this share of anomalies escapes, with 95 % confidence.

    Of all such thresholds one that rejects the fewest normals, and of these the nearest to the detector's own: it
    becomes laxer only where this saves a normal. Raises `CannotShow` when the anomalies are too few.
    """
    chances = np.sort(detector.left_out_anomaly)
    count = _check_anomalies(detector)
    allowed = bisect_right(range(count + 1), rate, key=lambda escapes: upper_bound(escapes, count)) - 1
    if allowed < 0:
        raise CannotShow(_too_few(count, rate))
    highest = 1.0 if allowed == count else float(np.nextafter(chances[allowed], 0))
    thresholds = [at for at in (highest, detector.threshold, *detector.left_out_normal.tolist()) if at <= highest]
    return _best(detector, thresholds, lambda at: _rejects(detector, at))


def for_false_reject_rate(detector: Detector, rate: float) -> float:
    """The lowest threshold at which at most this share of the left-out normals is rejected."""
    chances = np.sort(detector.left_out_normal)[::-1]
    allowed = int(rate * len(chances))
    return 0.0 if allowed >= len(chances) else float(chances[allowed])


def for_costs(detector: Detector, costs: Costs) -> float:
    """The threshold with the least expected cost; of several the nearest to the detector's own. Raises `CannotShow`."""
    below = np.nextafter(detector.left_out_anomaly, 0).tolist()
    thresholds = [detector.threshold, *detector.left_out_normal.tolist(), *below]
    return _best(detector, thresholds, lambda at: expected_cost(detector, at, costs))


def expected_cost(detector: Detector, threshold: float, costs: Costs) -> float:
    """The expected cost of 1,000 parts. Raises `CannotShow` for a detector that was trained without anomalies."""
    _check_anomalies(detector)
    held = HeldOut(detector.threshold, detector.left_out_normal.tolist(), detector.left_out_anomaly.tolist())
    return expectation(step_at(held, threshold), held, costs).cost


def _rejects(detector: Detector, threshold: float) -> int:
    return int((detector.left_out_normal > threshold).sum())


def _escapes(detector: Detector, threshold: float) -> int:
    return int((detector.left_out_anomaly <= threshold).sum())


def _best(detector: Detector, thresholds: Sequence[float], cost: Callable[[float], float]) -> float:
    return min(thresholds, key=lambda at: (cost(at), abs(at - detector.threshold)))


def _check_anomalies(detector: Detector) -> int:
    if not len(detector.left_out_anomaly):
        raise CannotShow("this model was trained without anomalies, so that its escape rate is unknown")
    return len(detector.left_out_anomaly)


def _too_few(anomalies: int, rate: float) -> str:
    least = upper_bound(0, anomalies)
    asked = f"{percent(rate)} needs {images_to_show(rate):,} without a miss" if rate else "0 % cannot be shown"
    return (
        f"{anomalies} anomalies can show at most {percent(least)}: with none of them missed, as many may still escape"
        f" (95 % confidence). {asked}. Ask for --escape-rate {rounded_up(least):g}, or train with more anomalies"
    )


def percent(share: float) -> str:
    """With two digits: `9 %`, `8.9 %`, `0.37 %`."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def rounded_up(share: float) -> float:
    """The next larger number with two digits, to 1; share > 0."""
    digits = 1 - floor(log10(share))
    return min(1.0, float(np.ceil(share * 10**digits) / 10**digits))
