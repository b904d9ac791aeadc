"""Masks as tools write them: 0 and 1, 0 and 255, 16 bits, a palette, colours, strokes on a transparent ground.

Black, or what is transparent, is background; every other pixel is defect. Where a mask does not follow that, a note
says how it was read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.models.drawings import Drawing
from chalicelib.models.mask_files import MaskFiles, named
from chalicelib.models.names import name_in_set
from chalicelib.vision.decode import Undecodable, upright_image, upright_size
from chalicelib.vision.file_formats import FILES

SIDE = 256  # px: masks are read at most this large
RATIO = 0.02  # by which the ratio of a mask's sides may differ from its image's
SOFT = 32  # shades of grey: with more of them a mask has soft edges, or is a heat map
SOLID = 0.9  # share of the edge that is marked, from which the ground is thought to be marked

ON_WHITE = "most masks are marked along their edges and on most of their area: their white is taken for background"
ON_COLOUR = "no pixel is black: the commonest colour along the edge is taken for background"
MOSTLY = "more than half of the image is marked: check that its background is black"
EMPTY = "the mask marks nothing"
SHADES = "the mask has many shades: those above half of the brightest are taken for defect"
SCALED = "the mask has another size than its image and is scaled"

type Codes = NDArray[np.int64]  # (H, W): one number for each colour; 0 is black, or transparent


@dataclass(frozen=True)
class Masks:
    """The masks (H, W) of images, true on defects, at most 256 px a side; and notes on how they were found and read."""

    marked: dict[Path, NDArray[np.bool_]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_masks(anomalies: Sequence[Path], files: MaskFiles) -> Masks:
    """The masks of anomalies."""
    marked, unusable, remarks = {}, [], defaultdict(list)
    owners = [image for image in anomalies if image in files.found]
    for image in owners:
        try:
            marked[image], notes = _read(files.found[image], image)
        except (Undecodable, OSError) as error:
            unusable.append(f"the mask of {name_in_set(image)} is not used: {error}")
            continue
        for note in notes:
            remarks[note].append(image)
    if _on_white(marked, remarks):
        flipped = [image for image in marked if image not in remarks[ON_COLOUR]]
        marked |= {image: ~marked[image] for image in flipped}
        remarks[ON_WHITE] = flipped
    remarks[MOSTLY] = [image for image, mask in marked.items() if mask.mean() > 0.5]
    remarks[EMPTY] = [image for image, mask in marked.items() if not mask.any()]
    notes = [f"{note}: {named(map(name_in_set, images))}" for note, images in remarks.items() if images]
    bare = [name_in_set(image) for image in anomalies if image not in files.found]
    if owners and bare:
        unusable.append(f"{len(bare)} of {len(anomalies)} anomalies have no mask: {named(bare)}")
    return Masks(marked, [*files.notes, *unusable, *notes])


def _on_white(marked: dict[Path, NDArray[np.bool_]], remarks: dict[str, list[Path]]) -> bool:
    """Whether most of the masks that have a black part are white around it."""
    mixed = [
        mask for image, mask in marked.items() if image not in remarks[ON_COLOUR] and mask.any() and not mask.all()
    ]
    return 2 * sum(bool(mask.mean() > 0.5 and _edge(mask).mean() > SOLID) for mask in mixed) > len(mixed)


def _read(source: Path | Drawing, image: Path) -> tuple[NDArray[np.bool_], list[str]]:
    """One mask, and notes on how it was read. Raises `Undecodable`, also for a mask of another shape than its image."""
    content = source.read_bytes() if isinstance(source, Path) else b""
    mask = upright_image(content, FILES) if isinstance(source, Path) else source.drawn()
    wanted = upright_size(image.read_bytes(), FILES)
    notes = [SCALED] if mask.size != wanted else []
    if not _same_ratio(mask.size, wanted):
        sizes = f"{mask.width} x {mask.height} px, its image {wanted[0]} x {wanted[1]} px"
        raise Undecodable(f"it has other proportions than its image ({sizes})")
    lossy = content.startswith(b"\xff\xd8")
    mask.thumbnail((SIDE, SIDE), Image.Resampling.NEAREST)
    if lossy:
        return _above(np.asarray(mask.convert("RGB")).max(axis=2), 0.25), notes
    codes = _codes(mask)
    shades = np.unique(codes)
    if len(shades) > SOFT and shades[-1] < 1 << 16 and mask.mode != "P":
        return _above(codes, 0.5), [*notes, SHADES]
    if len(shades) > 1 and shades[0] > 0:
        ground, counts = np.unique(_edge(codes), return_counts=True)
        return codes != ground[counts.argmax()], [*notes, ON_COLOUR]
    return codes != 0, notes


def _same_ratio(mask: tuple[int, int], image: tuple[int, int]) -> bool:
    across, down = mask[0] * image[1], mask[1] * image[0]
    return abs(across - down) <= max(RATIO * max(across, down), *image)


def _above(values: NDArray[np.integer], share: float) -> NDArray[np.bool_]:
    return np.asarray(values > share * int(values.max()), np.bool_)


def _edge[T: np.generic](mask: NDArray[T]) -> NDArray[T]:
    """The pixels along the four sides."""
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _codes(mask: Image.Image) -> Codes:
    if mask.has_transparency_data:
        return _codes_of_strokes(np.asarray(mask.convert("RGBA")).astype(np.int64))
    if mask.mode == "P":
        colours = _codes_of_colours(np.asarray(mask.convert("RGB")).astype(np.int64))
        return colours if np.ptp(colours) else np.asarray(mask).astype(np.int64)
    values = np.asarray(mask).astype(np.int64)
    return _codes_of_colours(values[..., :3]) if values.ndim == 3 else values


def _codes_of_colours(colours: Codes) -> Codes:
    grey = (colours == colours[..., :1]).all()
    return np.asarray(colours[..., 0] if grey else colours @ np.array([1 << 16, 1 << 8, 1]), np.int64)


def _codes_of_strokes(pixels: Codes) -> Codes:
    """Colours (H, W, 4) with transparency: what is visible counts, unless that too has black and other parts."""
    visible = pixels[..., 3] > 0
    colours = np.where(visible, _codes_of_colours(pixels[..., :3]), 0)
    if visible.all() or colours.any():
        return np.asarray(colours, np.int64)
    return visible.astype(np.int64)
