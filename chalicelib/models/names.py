"""Names in data sets: the folders that are labels or parts of a set, in any case, and what an image is called."""

from pathlib import Path

NORMAL, ANOMALY = LABELS = ("normal", "anomaly")
NAMES = {
    NORMAL: ("normal", "good", "ok", "pass"),
    ANOMALY: ("anomaly", "bad", "ng", "defect", "anomalies", "anomalous", "defects", "defective", "nok", "fail"),
}
"""The names of folders for each label, the one to use first."""

TRAIN, TEST = ("train",), ("test", "test_public")
MASKS = ("masks", "ground_truth")
PARTS = (*TRAIN, *TEST, *MASKS)
"""The folders that a set is split into."""


def label_of(name: str) -> str | None:
    """The label that a folder of this name stands for; None for any other name."""
    return next((label for label, names in NAMES.items() if name.lower() in names), None)


def expected(label: str) -> str:
    """The commonest names of a label's folder, for a message."""
    first, *others = (f"{name}/" for name in NAMES[label][:4])
    return f"{first} (or {', '.join(others)})"


def name_in_set(path: Path) -> str:
    """The file's name from its label's folder on; the name alone when it is in none."""
    return "/".join(path.parts[_starts(path)[0] :])


def below_label(path: Path) -> tuple[str, ...]:
    """The folders between an image and its label's folder, such as the kind of defect; none when it is in none.

    Below `test/`, folders that are no labels are kinds of defects, as in MVTec AD.
    """
    return path.parts[_starts(path)[1] : -1]


def _starts(path: Path) -> tuple[int, int]:
    """Where the name of an image in its set begins among the parts of its path, and where what is below its label."""
    parents = path.parts[:-1]
    at = len(parents)
    while at and label_of(parents[at - 1]) is None and parents[at - 1].lower() not in PARTS:
        at -= 1
    if not at:
        return len(parents), len(parents)
    if label_of(parents[at - 1]) is None:
        return at, at
    while at > 1 and label_of(parents[at - 2]):
        at -= 1
    return at - 1, at
