"""Find the images below a folder: the same rule for training, evaluation, the camera client and `detect`."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.vision.decode import UPLOADED, format_of

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".tif", ".tiff", ".webp")
"""The suffixes of images, in lower case. What is really in a file is decided by its content when it is decoded."""

PHONE_FORMATS = frozenset({".heic", ".heif", ".avif"})
OTHER_FORMATS = PHONE_FORMATS | {".cr2", ".dng", ".gif", ".jp2", ".jxl", ".nef", ".pgm", ".ppm", ".raw"}
"""Suffixes of other image formats. Some cameras write JPEG or PNG files with them, so the content decides."""

SAVE_AS = "save it as JPEG, PNG, BMP, TIFF or WebP"
FROM_PHONE = "set the phone to JPEG (iPhone: Settings, Camera, Formats, Most Compatible), or convert it to JPEG or PNG"

SYSTEM_NAMES = frozenset(
    {"@eadir", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "$recycle.bin", "system volume information"}
    | {"__macosx", "lost+found", "thumbs.db", "ehthumbs.db", "desktop.ini"}
)
"""Files and folders that network storage and operating systems put beside images, in lower case."""

_THUMBNAILS = ("synophoto_thumb", "synofile_thumb")


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The files below a folder, without hidden files and files of the operating or storage system.

    `images` are sorted by path. `unusable` gives the reason for each image in another format, and for each file or
    folder that cannot be read. `others` counts the remaining files by suffix in lower case, and the linked folders
    that were not followed: those that lead to a folder that is listed anyway.
    """

    images: list[Path] = field(default_factory=list)
    unusable: dict[Path, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


def find_images(folder: Path, *, subfolders: bool = True) -> FolderListing:
    """List all files below the folder. A file or folder that cannot be read is listed and raises no error."""
    listing = FolderListing()
    for file in _files_below(folder, listing, subfolders):
        _add(file, listing)
    listing.images.sort()
    return listing


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name is never an image: hidden, AppleDouble (`._x`), a thumbnail, a recycle bin.

    Names are compared without regard to case.
    """
    lower = name.lower()
    return lower.startswith((".", *_THUMBNAILS)) or lower in SYSTEM_NAMES


def folders_in(folder: Path) -> Iterator[Path]:
    """The folders in a folder, by name, but for hidden ones and those of systems. None when it cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    yield from (each for each in entries if each.is_dir() and not is_system_name(each.name))


def subfolder(folder: Path, *names: str) -> Path | None:
    """The first folder in a folder that has one of these names, in lower case here and in any case there."""
    found = {each.name.lower(): each for each in reversed(list(folders_in(folder)))}
    exact = {name: folder / name for name in names if (folder / name).is_dir()}
    return next((each for name in names if (each := exact.get(name, found.get(name)))), None)


def _files_below(folder: Path, listing: FolderListing, subfolders: bool) -> Iterator[Path]:
    yield from _files_of(folder, {_real(folder)}, listing, subfolders)


def _files_of(folder: Path, known: set[Path], listing: FolderListing, subfolders: bool) -> Iterator[Path]:
    """The files below a folder, and below each linked folder unless that lies in, or holds, a known one."""

    def note(error: OSError) -> None:
        listing.unusable[Path(error.filename or folder)] = f"the folder cannot be read: {error.strerror}"

    links: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if subfolders and not is_system_name(name))
        links += [path for name in folders if (path := Path(parent) / name).is_symlink()]
        yield from (Path(parent) / name for name in files if not is_system_name(name))
    for link in links:
        target = _real(link)
        if any(target.is_relative_to(each) or each.is_relative_to(target) for each in known):
            listing.others["linked folder"] += 1
        else:
            known.add(target)
            yield from _files_of(link, known, listing, subfolders)


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


def _add(file: Path, listing: FolderListing) -> None:
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES and suffix not in OTHER_FORMATS:
        listing.others[suffix or "no suffix"] += 1
    elif (reason := _reason_against(file, suffix)) is None:
        listing.images.append(file)
    elif os.path.lexists(file):  # it may have been deleted since the folder was listed
        listing.unusable[file] = reason


def _reason_against(file: Path, suffix: str) -> str | None:
    """Why this file cannot be used as an image; None when it can."""
    try:
        if not file.is_file():
            return "it is not a regular file, or its link is broken"
        if suffix in SUFFIXES:
            return None
        with file.open("rb") as opened:
            known = format_of(opened.read(16), UPLOADED)
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    what_to_do = FROM_PHONE if suffix in PHONE_FORMATS else SAVE_AS
    return None if known else f"a {suffix} file cannot be read: {what_to_do}"
