"""Parameters whose values follow from other parameters, so that nobody sets the same thing twice."""

from collections.abc import Callable, Mapping
from math import ceil

from chalicelib.alerts.domain import Policy
from chalicelib.lake.domain import database_of


def derived(values: Mapping[str, object]) -> dict[str, str | float]:
    """The values that follow from those of the parameters that are given. ValueError when one cannot be read."""
    return {
        name: follows(str(values[parameter]))
        for name, (parameter, follows) in _FOLLOWING.items()
        if parameter in values
    }


def _largest_threshold(confidence: str) -> float:
    """Rounded up to six decimals, the most that EventBridge compares: too many events may pass, never too few."""
    return ceil(Policy.parse(confidence).largest * 1e6) / 1e6


_FOLLOWING: dict[str, tuple[str, Callable[[str], str | float]]] = {
    "LargestAlertConfidence": ("AlertConfidence", _largest_threshold),
    "DatabaseName": ("Stage", database_of),
}
