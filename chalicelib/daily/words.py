"""Figures in words."""

from chalicelib.daily.domain import VerdictCounts

WORSE = "clearly worse"
_MANY = 1000


def percent_of(share: float | None, parts: int) -> str:
    """A share of so many parts, with two decimals from 1,000 parts on and one below; a dash for None."""
    if share is None:
        return "-"
    return f"{100 * share:.{2 if parts >= _MANY else 1}f} %"


def bounds_of(counts: VerdictCounts) -> str:
    """The interval of a yield, as `98.3 to 99.5 %`; nothing without a part."""
    if not counts.parts:
        return ""
    low, high = counts.yield_bounds
    return f"{percent_of(low, counts.parts).removesuffix(' %')} to {percent_of(high, counts.parts)}"


def compared(now: VerdictCounts, before: VerdictCounts) -> str | None:
    """How a yield compares with an earlier one; None if one of both is not known.

    It is called clear if the exact intervals have nothing in common.
    """
    if now.good_share is None or before.good_share is None:
        return None
    points = f"{100 * abs(now.good_share - before.good_share):.2f} points"
    (low, high), (low_before, high_before) = now.yield_bounds, before.yield_bounds
    if low > high_before:
        return f"clearly better by {points}"
    return f"{WORSE} by {points}" if high < low_before else "no clear difference"
