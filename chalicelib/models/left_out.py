"""What is not used of a data set, as lines for people: long lists by their first entries and a count."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

NAMED = 10  # of many of a kind


def left_out_lines(left_out: Mapping[Path, str]) -> Iterator[str]:
    """One line for each file or folder with the reason; of many with the same reason, but for numbers, the first."""
    alike = defaultdict(list)
    for path, reason in left_out.items():
        alike[re.sub(r"\d+", "", reason)].append(f"left out: {path}: {reason}")
    for lines in alike.values():
        yield from lines[:NAMED]
        if len(lines) > NAMED:
            yield f"left out: {len(lines) - NAMED} more for the same reason as the last"


def first_names(names: Sequence[str]) -> list[str]:
    """The first names, and how many more there are."""
    return [*names] if len(names) <= NAMED else [*names[:NAMED], f"and {len(names) - NAMED} more"]
