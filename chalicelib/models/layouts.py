"""The layouts of data sets. Each gives the same: the images to train and to test on, with their masks and kinds.

- `normal/` and `anomaly/`, or the other names in `names`, perhaps under `train/` and `test/`; `masks/` beside them
- MVTec AD: `train/good/`, `test/<kind>/`, `ground_truth/<kind>/`
- MVTec AD 2: `train/good/`, `test_public/good/`, `test_public/bad/`, `test_public/ground_truth/`
- one folder of good parts
- VisA: see `visa`; lists of images: see `csv_lists` and `coco`
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from chalicelib.models.coco import coco_files, coco_set
from chalicelib.models.csv_lists import csv_list, csv_set
from chalicelib.models.dataset import ImageSet, Labelled, Photos
from chalicelib.models.image_files import FolderListing, find_images, folders_in, subfolder
from chalicelib.models.kinds import kinds
from chalicelib.models.lists import UnusableList
from chalicelib.models.mask_files import MaskFiles, find_masks
from chalicelib.models.names import ANOMALY, LABELS, MASKS, NORMAL, PARTS, TEST, TRAIN, expected, label_of
from chalicelib.models.visa import visa_images, visa_set

NONE = Labelled(Photos(()), Photos(()))


def image_set(path: Path) -> ImageSet:
    """The data set of a folder, a CSV list or a COCO file. Raises `UnusableList`."""
    found = _read(path)
    anomalies = (*found.train.anomaly.paths, *found.test.anomaly.paths)
    known = {**found.train.kinds, **found.test.kinds} or kinds(anomalies)
    return replace(found, train=replace(found.train, kinds=known), test=replace(found.test, kinds=known))


def _read(path: Path) -> ImageSet:
    if path.is_file():
        return coco_set([path], path) if path.suffix.lower() == ".json" else csv_set(path)
    if visa_images(path):
        return visa_set(path, labelled)
    if not _has_labels(path):
        if (listed := csv_list(path)) is not None:
            return csv_set(listed)
        if annotations := coco_files(path):
            return coco_set(annotations, path)
        if not subfolder(path, *TRAIN, *TEST):
            _require_no_sets(path)
    return _split(path) if subfolder(path, *TRAIN) else _whole(path)


def _require_no_sets(folder: Path) -> None:
    """Raise `UnusableList` for a folder that has no images of its own, and data sets: as one of all sets of VisA."""
    others = (each for each in folders_in(folder) if each.name.lower() not in PARTS)
    sets = [each for each in others if visa_images(each) or _has_labels(each)]
    if sets and not find_images(folder, subfolders=False).images:
        names = ", ".join(each.name for each in sets[:5])
        more = ", and more" if len(sets) > 5 else ""
        raise UnusableList(f"{folder} is no data set, but has some: give one of {names}{more}, as {sets[0]}")


def _has_labels(folder: Path) -> bool:
    parts = [folder, *filter(None, [subfolder(folder, *TRAIN)])]
    return any(label_of(each.name) for part in parts for each in folders_in(part))


def _whole(folder: Path) -> ImageSet:
    test = subfolder(folder, *TEST)
    train = labelled(folder, subfolder(folder, *MASKS), flat=test is None)
    return ImageSet(folder.resolve().name, train, labelled(test) if test else replace(NONE, folder=folder / "test"))


def _split(folder: Path) -> ImageSet:
    """A set with `train/`, and perhaps `test/`. Folders of images beside them are named with the reason."""
    train, test = subfolder(folder, *TRAIN) or folder, subfolder(folder, *TEST) or folder / "test"
    masks = subfolder(folder, "masks")
    truth = subfolder(folder, "ground_truth") or subfolder(test, "ground_truth")
    learned = labelled(train, subfolder(masks, "train") if masks else None, flat=True)
    beside = {
        path: reason
        for each in folders_in(folder)
        if each.name.lower() not in PARTS
        for path, reason in _not_understood(each, [f"{part}/" for part in ("train", "test", "masks")]).items()
    }
    tested = labelled(test, subfolder(masks, "test") if masks else truth, by_kind=_by_kind(train, test, truth))
    return ImageSet(folder.resolve().name, replace(learned, left_out={**beside, **learned.left_out}), tested)


def _by_kind(train: Path, test: Path, truth: Path | None) -> bool:
    """Whether the folders of the test part that are no labels are kinds of defects, as in MVTec AD."""
    labels = {label_of(each.name) for each in folders_in(test)}
    good = [subfolder(part, "good") for part in (train, test)]
    return ANOMALY not in labels and (truth is not None or (all(good) and not _anomalies_in(train)))


def _anomalies_in(folder: Path) -> bool:
    return any(label_of(each.name) == ANOMALY for each in folders_in(folder))


def labelled(folder: Path, masks: Path | None = None, *, by_kind: bool = False, flat: bool = False) -> Labelled:
    """The images of a folder by the labels of its folders, in the order of their names.

    `by_kind`: its folders of unknown names are kinds of defects. `flat`: without a folder of a label, the images
    directly in it are good parts.
    """
    listings: dict[str, list[FolderListing]] = {label: [] for label in LABELS}
    left_out: dict[Path, str] = {}
    kinds_of: dict[Path, str] = {}
    for each in folders_in(folder):
        label = label_of(each.name) or (ANOMALY if by_kind and each.name.lower() not in PARTS else None)
        if label:
            listing = find_images(each)
            listings[label].append(listing)
            left_out |= listing.unusable | _others(each, listing)
            if not label_of(each.name):
                kinds_of |= dict.fromkeys(listing.images, each.name)
        elif each.name.lower() not in PARTS:
            left_out |= _not_understood(each, [expected(label) for label in LABELS])
    left_out |= _loose(folder, listings, flat=flat)
    normal, anomaly = (tuple(path for listing in listings[label] for path in listing.images) for label in LABELS)
    unusable = [path for listing in listings[ANOMALY] for path in listing.unusable]
    known = find_masks(anomaly, masks, unusable) if masks else MaskFiles()
    return Labelled(Photos(normal), Photos(anomaly), left_out, folder, known, kinds_of)


def _loose(folder: Path, listings: dict[str, list[FolderListing]], *, flat: bool) -> dict[Path, str]:
    """Take the images that stand in no folder as good parts where they are `flat`; what of them is not used."""
    loose = find_images(folder, subfolders=False) if folder.is_dir() else FolderListing()
    if not loose.images:
        return loose.unusable
    if flat and not any(listings.values()):
        listings[label_of(folder.resolve().name) or NORMAL].append(loose)
        return loose.unusable | _others(folder, loose)
    count = f"{len(loose.images)} images stand in no folder of a label, as {loose.images[0].name}"
    return {folder: count, **loose.unusable}


def _not_understood(folder: Path, names: Sequence[str]) -> dict[Path, str]:
    listing = find_images(folder)
    count = len(listing.images) + len(listing.unusable)
    wanted = ", ".join(names)
    return {folder: f"{count} images in a folder of this name are not used: expected {wanted}"} if count else {}


def _others(folder: Path, listing: FolderListing) -> dict[Path, str]:
    suffixes = ", ".join(f"{count} {suffix}" for suffix, count in sorted(listing.others.items()))
    return {folder: f"files that are no images by their suffix: {suffixes}"} if suffixes else {}


def found_in(folder: Path) -> str:
    """What images are in a folder, for a message that some are missing."""
    return ", ".join(_found(folder)) or "no images"


def _found(folder: Path) -> Iterator[str]:
    for each in folders_in(folder):
        if count := len(find_images(each).images):
            yield f"{each.name}/ ({count} images)"
    if loose := len(find_images(folder, subfolders=False).images):
        anomalous = label_of(folder.resolve().name) == ANOMALY
        yield f"{loose} images of anomalies, by the folder's name" if anomalous else f"{loose} images in no folder"
