"""The reliability of probabilities as a table for the terminal."""

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from chalicelib.reports.training.predictions import Rate
from chalicelib.vision.metrics import reliability

WIDTH = 24  # characters of the diagram: the table fits into 80


def reliability_table(probabilities: NDArray[np.float64], truths: NDArray[np.float64]) -> Table:
    """For each tenth of probability with images: what was claimed, and what was seen with its 95 % interval.

    A probability holds as far as the images show it if what was claimed is within the interval; `!` marks the others.
    """
    columns = ("images", "claimed", "anomalous", "95 %", "", "| claimed, * seen, - 95 %")
    table = Table(*columns, title="reliability", title_justify="left")
    for count, claimed, observed in reliability(probabilities, truths).T:
        low, high = Rate(round(count * observed), round(count)).bounds
        outside = "" if low <= claimed <= high else "!"
        shares = f"{claimed:.2f}", f"{observed:.2f}", f"{low:.2f} to {high:.2f}"
        table.add_row(f"{count:.0f}", *shares, outside, marked(claimed, observed, low, high))
    return table


def marked(claimed: float, observed: float, low: float, high: float) -> str:
    """The line: dashed where the truth may be, with what was claimed and, over it, what was seen."""
    places = [round(value * WIDTH) for value in (claimed, observed, low, high)]
    line = ["-" if places[2] <= place <= places[3] else " " for place in range(WIDTH + 1)]
    line[places[0]], line[places[1]] = "|", "*"
    return "".join(line)
