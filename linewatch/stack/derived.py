"""Parameters whose values follow from other parameters, so that nobody sets the same thing twice."""

from collections.abc import Callable, Mapping
from math import ceil

from chalicelib.alerts.rules import Policy
from chalicelib.lake.domain import database_of


def derived(values: Mapping[str, object]) -> dict[str, str | float]:
    """The values that follow from those of the parameters that are given. ValueError when one cannot be read."""
    return {name: follows(values) for name, (parameter, follows) in _FOLLOWING.items() if parameter in values}


def _largest_threshold(values: Mapping[str, object]) -> float:
    """Rounded up to six decimals, the most that EventBridge compares: too many events may pass, never too few."""
    limit = float(str(values.get("AlertConfidenceLimit", 0)))
    return ceil(max(Policy.parse(str(values["AlertConfidence"])).largest, limit) * 1e6) / 1e6


_FOLLOWING: dict[str, tuple[str, Callable[[Mapping[str, object]], str | float]]] = {
    "LargestAlertConfidence": ("AlertConfidence", _largest_threshold),
    "DatabaseName": ("Stage", lambda values: database_of(str(values["Stage"]))),
}
