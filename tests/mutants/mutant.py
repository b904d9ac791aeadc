"""A mutant: one wrong change of one file, the rule that it breaks, and the tests that prove the rule."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).parent


class OutdatedMutant(Exception):
    """The file does not have the text to replace exactly once, so the list must be brought up to date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A file in which `new` replaces `old`. At least one of `tests` (pytest's names) must fail then."""

    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}\n    {self.file}: {self.old!r} -> {self.new!r}"

    def changed(self, root: Path) -> str:
        """The text of the file under `root` with the change; `OutdatedMutant` when it does not apply."""
        file = root / self.file
        text = file.read_text() if file.is_file() else ""
        if text.count(self.old) != 1:
            raise OutdatedMutant(f"the old text is in the file {text.count(self.old)} times, not once: {self}")
        return text.replace(self.old, self.new)


def listed(names: Iterable[str] = (), folder: Path = LISTS) -> list[Mutant]:
    """The mutants of the lists of these names (`alerts` for `alerts.toml`), or of all lists."""
    files = [folder / f"{name}.toml" for name in names] or sorted(folder.glob("*.toml"))
    return [mutant for file in files for mutant in _read(file)]


def _read(file: Path) -> list[Mutant]:
    entries = tomllib.loads(file.read_text())["mutant"]
    return [Mutant(**entry | {"tests": tuple(entry["tests"])}) for entry in entries]
