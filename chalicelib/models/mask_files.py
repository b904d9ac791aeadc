"""Which mask belongs to which image: by the folders below the label and the name, else by a name that is clear.

`masks/test/dent/1.png` and `masks/test/dent/1_mask.png` belong to `test/anomaly/dent/1.jpg`. A mask that stands in no
folder of a kind belongs to the one image of its name. No mask is ever given to two images.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chalicelib.models.drawings import Drawing
from chalicelib.models.image_files import FolderListing, find_images
from chalicelib.models.names import ANOMALY, NORMAL, below_label, label_of, name_in_set

NAMED = 10  # files that a note names

type Key = tuple[tuple[str, ...], str]  # folders below the label, and the name without suffix; both in lower case


@dataclass(frozen=True)
class MaskFiles:
    """The mask of each image that has one, a file or a drawing, and notes on masks without a partner."""

    found: Mapping[Path, Path | Drawing] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_masks(anomalies: Sequence[Path], folder: Path, others: Iterable[Path] = ()) -> MaskFiles:
    """The masks of anomalies in a folder of masks; `others` are images that are not used but may own a mask."""
    listing = find_images(folder) if folder.is_dir() else FolderListing()
    masks = [mask for mask in listing.images if label_of(mask.relative_to(folder).parts[0]) != NORMAL]
    matching = _Matching(list(dict.fromkeys([*anomalies, *others])), masks)
    for bare in (False, True):
        matching.match(_image_key, partial(_mask_key, folder, bare))
    for bare in (False, True):
        matching.match_flat(folder, bare)
    notes = [f"the mask {path.name} is not used: {reason}" for path, reason in listing.unusable.items()]
    found = {image: matching.found[image] for image in anomalies if image in matching.found}
    return MaskFiles(found, notes + matching.notes(folder))


@dataclass
class _Matching:
    images: list[Path]
    masks: list[Path]
    found: dict[Path, Path] = field(default_factory=dict)
    unclear: dict[Path, list[Path]] = field(default_factory=dict)  # masks that several images could own

    def match[K](self, image_key: Callable[[Path], K | None], mask_key: Callable[[Path], K | None]) -> None:
        """Pair the images and masks of one key, where there is one of each."""
        images, masks = _grouped(self.images, image_key), _grouped(self.masks, mask_key)
        for key in images.keys() & masks.keys():
            if len(images[key]) == len(masks[key]) == 1:
                (image,), (mask,) = images[key], masks[key]
                self.found[image] = mask
                self.images.remove(image)
                self.masks.remove(mask)
                self.unclear.pop(mask, None)
            else:
                self.unclear |= dict.fromkeys(masks[key], images[key])

    def match_flat(self, folder: Path, bare: bool) -> None:
        """Pair by name alone what is left, where the mask or the image stands in no folder of a kind."""

        def mask_name(mask: Path, flat: bool) -> str | None:
            parents, name = _mask_key(folder, bare, mask)
            return name if flat != bool(parents) else None

        def flat_image_name(image: Path) -> str | None:
            return None if below_label(image) else image.stem.lower()

        self.match(lambda image: image.stem.lower(), lambda mask: mask_name(mask, True))
        self.match(flat_image_name, lambda mask: mask_name(mask, False))

    def notes(self, folder: Path) -> list[str]:
        """What to say of the masks that belong to no image."""
        notes = [
            f"it is not clear which image owns the mask {mask.relative_to(folder)}: {named(map(name_in_set, images))}"
            for mask, images in self.unclear.items()
            if mask in self.masks
        ]
        strays = [str(mask.relative_to(folder)) for mask in self.masks if mask not in self.unclear]
        return [*notes, f"{len(strays)} masks belong to no anomaly: {named(strays)}"] if strays else notes


def named(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    every = list(names)
    return ", ".join(every if len(every) <= NAMED else [*every[:NAMED], f"and {len(every) - NAMED} more"])


def _grouped[K](paths: list[Path], key: Callable[[Path], K | None]) -> dict[K, list[Path]]:
    groups: dict[K, list[Path]] = defaultdict(list)
    for path in paths:
        if (found := key(path)) is not None:
            groups[found].append(path)
    return groups


def _image_key(image: Path) -> Key:
    return tuple(part.lower() for part in below_label(image)), image.stem.lower()


def _mask_key(folder: Path, bare: bool, mask: Path) -> Key:
    """The key of the image that a mask names; `bare` without `_mask` at the end of its name."""
    parents = tuple(part.lower() for part in mask.relative_to(folder).parts[:-1])
    name = mask.stem.lower()
    below = parents[1:] if parents and label_of(parents[0]) == ANOMALY else parents
    return below, name.removesuffix("_mask") if bare else name
