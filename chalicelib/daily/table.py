"""A table of a report."""

from collections.abc import Iterator
from dataclasses import dataclass

type Value = str | int | float | None

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the names of their columns."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def rounded(share: float | None, bounds: tuple[float, float]) -> Iterator[float | None]:
    """A share and its bounds with six decimals; three times None if there is no share."""
    for each in (share, *bounds):
        yield None if share is None else round(each or 0.0, _DIGITS)
