"""The page as one HTML file that asks nothing of any network. It writes the manifest of what a person has reviewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from PIL import Image, ImageDraw

from chalicelib.core.spots import Box
from chalicelib.reports.training.pictures import data_uri, thumbnail
from chalicelib.vision.arrays import Photo
from chalicelib.vision.explain import BOX_COLOUR


@dataclass(frozen=True)
class Card:
    """One image: what was said of it, its line of a manifest, and its picture as a data URI. No verdict, no line."""

    name: str
    verdict: str
    confidence: float | None = None
    remark: str = ""
    line: Mapping[str, Any] | None = None
    picture: str | None = None


def page(project: str, version: str, cards: Sequence[Card]) -> bytes:
    """The images without a verdict are last; of the others the least sure is first."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(f"chalicelib.reports.{name}") for name in ("trial", "training")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [card for card in cards if card.line is not None]
    html = environment.get_template("trial.html").render(
        project=project,
        version=version,
        shown=sorted(shown, key=lambda card: (card.confidence or 0.0, card.name)),
        failed=[replace(card, picture=None) for card in cards if card.line is None],
    )
    return html.encode("utf-8", "replace")


def picture_of(photo: Photo, worst_box: Box | None) -> str:
    """A small picture of an image (H, W, 3) with its worst spot."""
    small = thumbnail(photo)
    drawn = Image.fromarray(small)
    if worst_box is not None:
        across, down = np.array(small.shape[1::-1]) / photo.shape[1::-1]
        scaled = (worst_box.left * across, worst_box.top * down, worst_box.right * across, worst_box.bottom * down)
        ImageDraw.Draw(drawn).rectangle(scaled, outline=BOX_COLOUR, width=2)
    return data_uri(drawn)
