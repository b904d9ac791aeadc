"""Data sets are read from folders, and sampled when they are larger than training takes."""

from pathlib import Path

import pytest

from chalicelib.models.dataset import Labelled, Photos, labelled, sampled


def test_images_are_found_in_subfolders_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    for name in ("normal/b.JPG", "normal/a/x.jpeg", "normal/c.png", "normal/notes.txt", "anomaly/d.Png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = labelled(tmp_path)
    assert [path.name for path in found.normal.paths] == ["x.jpeg", "b.JPG", "c.png"]
    assert len(found.anomaly) == 1


def named(count: int) -> Photos:
    """Photos that are nowhere."""
    return Photos(tuple(Path(f"{number}.png") for number in range(count)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((2000, 0), (800, 0)),
        ((2000, 2000), (400, 400)),
        ((15, 9), (15, 9)),
        ((700, 300), (500, 300)),
        ((20, 2000), (20, 780)),
    ],
)
def test_more_images_than_training_has_room_for_are_sampled(given: tuple[int, int], kept: tuple[int, int]) -> None:
    few = sampled(Labelled(named(given[0]), named(given[1])), None, None, 0)
    assert (len(few.normal), len(few.anomaly)) == kept
