"""A small picture of an image, for people who look at many."""

from io import BytesIO

from PIL import Image

from chalicelib.vision.decode import decode_reduced, upright_size
from chalicelib.vision.features.resizing import resized

QUALITY = 82  # of the JPEG


def small_jpeg(content: bytes, side: int) -> bytes:
    """The image as a JPEG of at most `side` px along its longer side. Raises `Undecodable`.

    16-bit greys are shown with as many bits as this image has.
    """
    width, height = upright_size(content)
    scale = min(1.0, side / max(width, height))
    wanted = max(1, round(scale * height)), max(1, round(scale * width))
    photo, _ = decode_reduced(content, wanted, grey_bits=None)
    written = BytesIO()
    Image.fromarray(resized(photo, wanted)).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
