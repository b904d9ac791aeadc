"""Figures in words."""

from chalicelib.daily.domain import VerdictCounts
from chalicelib.daily.reviewed import ReviewCounts

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
    return range_of(counts.yield_bounds, counts.parts)


def range_of(bounds: tuple[float, float], parts: int) -> str:
    """An interval of a share of so many parts, as `98.3 to 99.5 %`."""
    low, high = (percent_of(each, parts) for each in bounds)
    return f"{low.removesuffix(' %')} to {high}"


def reviews_in_words(counts: ReviewCounts) -> str:
    """What the reviews of a day say of escapes and false rejects, and what they do not say."""
    if counts.drawn:
        bounds = range_of(counts.escape_bounds, counts.drawn)
        escapes = f"{counts.drawn_escapes:,} of {counts.drawn:,} passed parts drawn by chance are escapes ({bounds})."
    else:
        escapes = "No passed part that was drawn by chance is reviewed, so the share of escapes is not known."
    if not counts.refused:
        return f"{escapes} No refused part is reviewed."
    bounds = range_of(counts.false_reject_bounds, counts.refused)
    return (
        f"{escapes} {counts.false_rejects:,} of {counts.refused:,} reviewed refused parts are false rejects ({bounds})."
    )


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
