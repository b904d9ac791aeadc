"""The reliability of probabilities, drawn in characters."""

import numpy as np
from rich.console import Console

from linewatch.commands.reliability_table import WIDTH, marked, reliability_table


def test_what_was_seen_stands_over_what_was_claimed_within_its_bounds() -> None:
    line = marked(claimed=0.2, observed=0.6, low=0.4, high=0.8)
    assert len(line) == WIDTH + 1
    assert line.index("|") == round(0.2 * WIDTH)
    assert line.index("*") == round(0.6 * WIDTH)
    assert line.strip(" |*-") == ""
    assert (line.index("-"), line.rindex("-")) == (round(0.4 * WIDTH), round(0.8 * WIDTH))
    assert marked(0.5, 0.5, 0.5, 0.5).strip() == "*"


def test_each_row_has_its_interval_and_a_mark_when_what_was_claimed_is_outside() -> None:
    probabilities = np.array([0.05] * 20 + [0.95] * 20)
    table = reliability_table(probabilities, np.array([0.0] * 20 + [1.0] * 8 + [0.0] * 12))
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    assert rows[0][:5] == ("20", "0.05", "0.00", "0.00 to 0.16", "")
    assert rows[1][:5] == ("20", "0.95", "0.40", "0.22 to 0.61", "!")


def test_every_row_is_one_line_of_a_terminal_of_80_columns() -> None:
    probabilities = np.array([0.05] * 20 + [0.95] * 20)
    console = Console(width=80)
    with console.capture() as shown:
        console.print(reliability_table(probabilities, np.array([1.0] * 40)))
    rows = [line for line in shown.get().splitlines() if line.startswith("│")]
    assert len(rows) == 2
    assert "…" not in shown.get()
