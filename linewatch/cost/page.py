"""The computed tables of docs/reference/cost.md."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from linewatch.cost.at_rest import at_rest
from linewatch.cost.at_rest import total as total_at_rest
from linewatch.cost.billing import Row, bill, total
from linewatch.cost.counted import FULL, SCENARIOS, kept

SECTIONS = re.compile(r"(<!-- computed: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, template: Mapping[str, Any]) -> str:
    """The page with its computed tables as they are now. KeyError names a table that is not known."""
    tables = {"prices": _prices(), "requests": _requests(), "rest": _at_rest(template)}
    return SECTIONS.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n{found[3]}", page)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _prices() -> str:
    """The price of a million images for each way in which they come."""
    rows = []
    for batches in SCENARIOS:
        replay = kept()[batches.name]
        usd = [total(bill(replay, batches, traced=traced)) for traced in (False, True)]
        rows.append([batches.name, f"{batches.images_per_second}", *(f"{each:.2f}" for each in usd)])
    return _table(["how images come", "images a second", "USD", "USD with X-Ray"], rows)


def _requests() -> str:
    rows = sorted(bill(kept()[FULL.name], FULL), key=lambda row: -row.usd_per_million_images)
    return _table(["service", "what", "requests", "billed", "USD a million images", ""], [_cells(row) for row in rows])


def _cells(row: Row) -> list[str]:
    numbers = [f"{number:,.4g}" for number in (row.requests, row.units)]
    return [row.service, row.what, *numbers, f"{row.usd_per_million_images:.3f}", row.how]


def _at_rest(template: Mapping[str, Any]) -> str:
    rows = at_rest(template)
    cells = [[row.what, f"{row.number:,}", f"{row.usd:.2f}"] for row in rows]
    return _table(["what", "how many", "USD a month"], [*cells, ["together", "", f"{total_at_rest(rows):.2f}"]])
