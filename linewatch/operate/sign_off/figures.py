"""Shares as text, with their exact intervals."""

from typing import Any

from chalicelib.daily.table import Value
from chalicelib.vision.binomial import interval


def text_of(value: float) -> str:
    """A fraction with six decimals."""
    return f"{value:.6f}"


def share(count: int, of: int) -> dict[str, Any]:
    """A count with its share and the share's exact 95 % interval (Clopper and Pearson); without any, no share."""
    low, high = interval(count, of)
    return {
        "count": count,
        "of": of,
        "share": text_of(count / of) if of else None,
        "from": text_of(low) if of else None,
        "to": text_of(high) if of else None,
    }


def shares_in(value: object, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every share in a body, with where it stands."""
    if isinstance(value, dict):
        if value.keys() == share(0, 0).keys():
            return [(path.removeprefix("."), value)]
        return [found for name, each in value.items() for found in shares_in(each, f"{path}.{name}")]
    return []


def cell(value: Value) -> str | int | None:
    """A cell of a table: a fraction is text."""
    return text_of(value) if isinstance(value, float) else value
