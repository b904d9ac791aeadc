"""The number that every passed part draws: people look at those of a shift that have the smallest ones."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.core.verdict import Verdict

LATEST = timedelta(days=1)
"""A part takes part in the draw if its verdict comes so long after its capture at the latest."""
LISTED_ONE_IN = 64
"""Of the passed parts, those with the smallest numbers are listed, this share of all."""
_NUMBERS = 2**64


def draw_number(inspection_id: str, inspected_at: datetime) -> int:
    """From 0 to 2**64 - 1, the same whoever asks.

    The microsecond of the inspection is part of what is hashed, so nobody can choose an image id with a large number.
    """
    text = f"{inspection_id} {inspected_at.astimezone(UTC).isoformat(timespec='microseconds')}"
    return int.from_bytes(sha256(text.encode()).digest()[:8])


def takes_part(inspection: Inspection) -> bool:
    """Whether it is a part that the machine passed on the line, with a verdict that came in time."""
    live = inspection.run == LIVE and inspection.project != CHECK_PROJECT
    in_time = inspection.inspected_at - inspection.captured_at <= LATEST
    return live and in_time and inspection.verdict is Verdict.NORMAL


def is_listed(inspection: Inspection) -> bool:
    """Whether the index of small numbers has it."""
    if not takes_part(inspection):
        return False
    return draw_number(inspection.inspection_id, inspection.inspected_at) < _NUMBERS // LISTED_ONE_IN
