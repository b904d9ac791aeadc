"""`measure foreign`: the tables say what was missed and where; a set that cannot be trained on fails, and is named."""

from pathlib import Path

import numpy as np
from click.testing import CliRunner
from PIL import Image
from rich.console import Console
from rich.table import Table

from chalicelib.models.benchmark import Job
from chalicelib.models.foreign_evaluation import ForeignFigures
from linewatch.__main__ import main
from linewatch.commands.foreign import kinds_table, sets_table

DONE = [
    (
        Job(Path("bolts"), "normal only", None, 0, None, 0, 256),
        ForeignFigures({"black": (2, 2), "fog": (1, 2)}, {"as it is": (0, 9)}),
    ),
    (
        Job(Path("nuts"), "all images", None, None, None, 0, 256),
        ForeignFigures({"black": (2, 2)}, {"as it is": (1, 8)}),
    ),
]


def printed(table: Table) -> list[str]:
    """The table's rows, without borders and with single spaces."""
    console = Console(width=160)
    with console.capture() as capture:
        console.print(table)
    return [" ".join(line.replace("│", " ").split()) for line in capture.get().splitlines()]


def test_each_training_has_a_row_with_what_it_missed() -> None:
    rows = printed(sets_table(DONE))
    assert "bolts normal only 3 of 4 0 of 9 0 of 0 fog" in rows
    assert "nuts all images 2 of 2 1 of 8 0 of 0" in rows


def test_each_kind_has_a_row_with_the_sets_that_miss_it() -> None:
    rows = printed(kinds_table(DONE))
    assert "black 4 of 4" in rows
    assert "fog 1 of 2 bolts" in rows


def test_a_set_that_cannot_be_trained_on_is_named(tmp_path: Path) -> None:
    for split in ("train", "test"):
        (tmp_path / "few" / split / "normal").mkdir(parents=True)
        Image.fromarray(np.zeros((32, 32, 3), np.uint8)).save(tmp_path / "few" / split / "normal" / "1.png")
    answer = CliRunner().invoke(
        main, ["measure", "foreign", str(tmp_path), "--processes", "1", "--features", "filters"]
    )
    assert answer.exit_code == 1
    assert "few, normal only: training needs at least 10 normal images" in answer.stderr.replace("\n", " ")
