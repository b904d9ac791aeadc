"""PatchCore beside Linewatch: what is asked of the other process, and what is shown where there is none."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from chalicelib.models.dataset import Labelled, Photos
from linewatch.commands.evaluate_all import table_of
from linewatch.dev.peer import MEASURED, PeerFailed, PeerFigures, last_measured, measure

TRAIN = Labelled(Photos((Path("a.png"), Path("b.png"))), Photos((Path("never.png"),)))
TEST = Labelled(Photos((Path("c.png"),)), Photos((Path("d.png"),)))

PEER = """
import json, sys
given = json.load(sys.stdin)
names = {part: [path.rsplit("/", 1)[1] for path in paths] for part, paths in given.items() if part != "seeds"}
assert names == {"train": ["a.png", "b.png"], "normal": ["c.png"], "anomaly": ["d.png"]}, names
print(json.dumps({"auroc": [0.75] * given["seeds"], "ms": 40.5, "anomalib": "0"}))
"""


def test_the_other_process_gets_normals_to_train_on_and_the_test_images() -> None:
    found = measure("parts", TRAIN, TEST, 3, [sys.executable, "-c", PEER])
    assert (found.set, found.train, found.test, found.auroc, found.ms) == ("parts", 2, 2, [0.75] * 3, 40.5)


def test_a_failure_is_named_with_its_last_line() -> None:
    with pytest.raises(PeerFailed, match="PatchCore on parts: ValueError: no such thing"):
        measure("parts", TRAIN, TEST, 3, [sys.executable, "-c", "raise ValueError('no such thing')"])


def test_the_last_figures_are_shown_for_the_same_set_only(tmp_path: Path) -> None:
    known = PeerFigures("parts", 2, 2, [0.9, 0.8], 40.0, "2.7.0", "2026-11-26")
    (tmp_path / "known.json").write_text(json.dumps([asdict(known)]))
    assert last_measured("parts", TRAIN, TEST, tmp_path / "known.json") == known
    assert last_measured("others", TRAIN, TEST, tmp_path / "known.json") is None
    assert last_measured("parts", TEST, TEST, tmp_path / "known.json") is None
    assert last_measured("parts", TRAIN, TEST, tmp_path / "none.json") is None


def test_the_documented_figures_can_be_read() -> None:
    rows = [PeerFigures(**each) for each in json.loads(MEASURED.read_text())]
    assert len({row.set for row in rows}) == len(rows) > 0


def test_a_row_of_the_table_says_how_many_images_were_learned_from() -> None:
    figures = {"auroc": 0.9, "train": {"normal": 30, "anomaly": 0}, "test": {"normal": 4, "anomaly": 5}}
    table = table_of([(("parts", "normal only", "filters"), figures)])
    cells = [next(iter(column.cells)) for column in table.columns]
    assert cells[:6] == ["parts", "normal only: 30 + 0", "filters", "0.900 (0.900 to 0.900)", "-", "9"]
