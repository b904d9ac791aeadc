"""A contact sheet: all images on one picture, each with a frame in the colour of its verdict."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw

from chalicelib.core.inspection import Verdict
from chalicelib.models.dataset import read_photo
from chalicelib.vision.decode import Undecodable
from linewatch.camera.status import ImageStatus
from linewatch.demo.images import label_of

COLUMNS = 10
TILE = (150, 128)  # px, frame and caption included
FRAME, CAPTION = 4, 16
BACKGROUND = "#16191d"
INK = "#e6e8ea"
COLOURS: dict[str | None, str] = {
    Verdict.NORMAL: "#2fa56b",
    Verdict.ANOMALOUS: "#e0574f",
    Verdict.UNFAMILIAR: "#d9a441",
}
NO_VERDICT = "#8b93a1"


def contact_sheet(statuses: Sequence[ImageStatus], folder: Path) -> Image.Image:
    """The images in `folder`, sorted by label. The frame is green for normal, red for anomalous, amber for unfamiliar.

    The caption has the confidence, and `missed` or `false alarm` when the verdict differs from the label.
    """
    rows = ceil(len(statuses) / COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE[0], rows * TILE[1]), BACKGROUND)
    for number, status in enumerate(sorted(statuses, key=lambda status: label_of(status.file))):
        at = (number % COLUMNS * TILE[0], number // COLUMNS * TILE[1])
        sheet.paste(_tile(status, folder / status.file), at)
    return sheet


def _tile(status: ImageStatus, file: Path) -> Image.Image:
    tile = Image.new("RGB", TILE, BACKGROUND)
    colour = COLOURS.get(status.verdict, NO_VERDICT)
    box = (2, 2, TILE[0] - 3, TILE[1] - CAPTION - 1)
    draw = ImageDraw.Draw(tile)
    draw.rectangle(box, fill=colour)
    size = (box[2] - box[0] - 2 * FRAME + 1, box[3] - box[1] - 2 * FRAME + 1)
    tile.paste(_thumbnail(file, size), (box[0] + FRAME, box[1] + FRAME))
    draw.text((4, TILE[1] - CAPTION), _caption(status), fill=INK)
    return tile


def _thumbnail(file: Path, size: tuple[int, int]) -> Image.Image:
    """The whole image on a background of this size; only the background when it cannot be decoded."""
    background = Image.new("RGB", size, BACKGROUND)
    try:
        photo = Image.fromarray(read_photo(file))
    except Undecodable:
        return background
    photo.thumbnail(size)
    background.paste(photo, ((size[0] - photo.width) // 2, (size[1] - photo.height) // 2))
    return background


def _caption(status: ImageStatus) -> str:
    confidence = "" if status.confidence is None else f" {status.confidence:.2f}"
    sure = f"{status.verdict or status.state}{confidence}"
    match label_of(status.file), status.verdict:
        case "anomaly", Verdict.NORMAL:
            return f"{sure}  missed"
        case "normal", Verdict.ANOMALOUS:
            return f"{sure}  false alarm"
    return sure
