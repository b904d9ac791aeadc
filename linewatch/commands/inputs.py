"""The images that a command is given: files, folders and patterns; each once, under a name of its own."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from glob import glob, has_magic
from pathlib import Path, PurePath

import click

from chalicelib.models.image_files import SUFFIXES, find_images, is_system_name


@dataclass(frozen=True)
class InputImages:
    """Image files, each with its name relative to the folder that all have in common."""

    names: dict[Path, str] = field(default_factory=dict)
    unusable: dict[Path, str] = field(default_factory=dict)  # with the reason
    passed_over: dict[str, int] = field(default_factory=dict)  # other files by suffix

    def overlay_name(self, path: Path) -> str:
        """The name for a PNG about this image, that no other image has: with its suffix where stems repeat."""
        name = PurePath(self.names[path])
        return f"{name}.png" if self._share_stems else str(name.with_suffix(".png"))

    @cached_property
    def _share_stems(self) -> bool:
        stems = Counter(str(PurePath(name).with_suffix("")).lower() for name in self.names.values())
        return any(count > 1 for count in stems.values())


def input_images(arguments: Sequence[str], outputs: Path | None = None) -> InputImages:
    """All images that the arguments name; those below the folder of outputs, perhaps of an earlier run, are not.

    Raises `click.UsageError` for an argument that names nothing, and `click.ClickException` when there is no image.
    """
    bases: dict[Path, Path] = {}  # each image, and the folder that its name is relative to
    listed = InputImages()
    for path in _paths(arguments):
        if path.is_dir():
            _add_folder(path, outputs, bases, listed)
        else:
            bases.setdefault(path, path.parent)
    if not bases and not listed.unusable:
        raise click.ClickException(_nothing(arguments, listed.passed_over))
    common = os.path.commonpath([base.absolute() for base in bases.values()]) if bases else ""
    once: dict[str, Path] = {}
    for path in bases:
        once.setdefault(os.path.relpath(path, common), path)
    return InputImages({path: name for name, path in once.items()}, listed.unusable, listed.passed_over)


def _paths(arguments: Sequence[str]) -> list[Path]:
    paths: list[Path] = []
    missing: list[str] = []
    for argument in arguments:
        matches = [Path(argument)] if os.path.lexists(argument) else _matches(argument)
        paths += matches
        missing += [] if matches else [argument]
    if missing:
        raise click.UsageError(f"there is no such file or folder, and nothing like it: {', '.join(missing)}")
    return paths


def _matches(pattern: str) -> list[Path]:
    """What a pattern matches, without what is never an image; folders are among it."""
    if not has_magic(pattern):
        return []
    asked = set(Path(pattern).parts)
    matches = sorted(map(Path, glob(pattern, recursive=True)))  # noqa: PTH207 - a pattern may be absolute
    return [path for path in matches if not any(map(is_system_name, {*path.parts} - asked))]


def _add_folder(folder: Path, outputs: Path | None, bases: dict[Path, Path], listed: InputImages) -> None:
    if outputs and outputs.resolve() == folder.resolve():
        raise click.UsageError(f"{outputs} is a folder of images: name another one for the overlays")
    listing = find_images(folder)
    for path in listing.images:
        if outputs and path.resolve().is_relative_to(outputs.resolve()):
            listed.passed_over["overlay"] = listed.passed_over.get("overlay", 0) + 1
        else:
            bases.setdefault(path, folder)
    listed.unusable.update(listing.unusable)
    for kind, count in listing.others.items():
        listed.passed_over[kind] = listed.passed_over.get(kind, 0) + count


def _nothing(arguments: Sequence[str], passed_over: dict[str, int]) -> str:
    looked = f"there are no images in {', '.join(arguments)}: looked for {', '.join(SUFFIXES)} files"
    found = ", ".join(f"{count} {kind}" for kind, count in sorted(passed_over.items()))
    return f"{looked}, found {found}" if found else looked
