"""What is left out is named, and a long list does not bury the rest."""

from pathlib import Path

from chalicelib.models.left_out import NAMED, first_names, left_out_lines


def test_every_reason_is_named_with_its_first_files_and_the_number_of_the_others() -> None:
    left_out = {Path(f"{n}.jpg"): f"line {n} is not used: its label is gut" for n in range(300)}
    left_out[Path("b.png")] = "the file is empty (0 bytes)"
    lines = list(left_out_lines(left_out))
    assert lines[0] == "left out: 0.jpg: line 0 is not used: its label is gut"
    assert lines[NAMED] == f"left out: {300 - NAMED} more for the same reason as the last"
    assert lines[NAMED + 1 :] == ["left out: b.png: the file is empty (0 bytes)"]


def test_few_names_are_all_said() -> None:
    assert first_names(["a"] * NAMED) == ["a"] * NAMED
    assert first_names(["a"] * (NAMED + 2))[NAMED:] == ["and 2 more"]
