"""What the masks of a data set show."""

import json
import re
from collections.abc import Iterable, Iterator

from chalicelib.projects.domain import MaskClass
from chalicelib.projects.manifest import Entry

BACKGROUND = "background"
_NAME = re.compile(r"[a-zA-Z0-9]{1,256}")
_COLOUR = re.compile(r"#[a-fA-F0-9]{6}")
_WHITE = "#FFFFFF"


UNNAMED = MaskClass(name="defect", colour="#D62728")
"""For masks of several classes, and for models that were trained without masks."""


def mask_class_of(entries: Iterable[Entry]) -> MaskClass | None:
    """The class of the masks if they have exactly one, else `defect`: the detector knows no classes.

    None if no entry has a mask. A name that is not of the contract's form, letters and digits, is `defect` too.
    """
    masked = [entry for entry in entries if entry.mask is not None]
    if not masked:
        return None
    colours = {name: colour for entry in masked for name, colour in _classes(json.loads(entry.raw))}
    if len(colours) != 1:
        return UNNAMED
    [(name, colour)] = colours.items()
    return MaskClass(
        name=name if _NAME.fullmatch(name) else UNNAMED.name,
        colour=colour if _COLOUR.fullmatch(colour) and colour.upper() != _WHITE else UNNAMED.colour,
    )


def _classes(line: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The names and colours in the colour maps of a line, without the background."""
    for name, metadata in line.items():
        colour_map = metadata.get("internal-color-map") if isinstance(metadata, dict) else None
        if name.endswith("-mask-ref-metadata") and isinstance(colour_map, dict):
            found = [each for each in colour_map.values() if isinstance(each, dict) and "class-name" in each]
            names = [(str(each["class-name"]), str(each.get("hex-color"))) for each in found]
            yield from (each for each in names if each[0].lower() != BACKGROUND)
