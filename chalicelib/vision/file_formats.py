"""The formats of image files on a disk: those of uploads, and BMP, TIFF and WebP.

An upload is JPEG or PNG: the deployed functions never reach these readers, and the camera client converts to PNG.
"""

import re
from struct import unpack_from

from PIL.BmpImagePlugin import BmpImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from chalicelib.vision.decode import UPLOADED, Format
from chalicelib.vision.image_stream import PictureData


def webp_picture(content: bytes) -> PictureData:
    """A WebP file with its size: libwebp takes memory for the whole image as soon as it opens one.

    https://developers.google.com/speed/webp/docs/riff_container has the three kinds of headers.
    """
    head = content[:30].ljust(30, b"\0")
    kind = head[12:16]
    if kind == b"VP8X":
        size = int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    elif kind == b"VP8L":
        (bits,) = unpack_from("<I", head, 21)
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = unpack_from("<HH", head, 26)
        size = width & 0x3FFF, height & 0x3FFF
    return PictureData(content, size=size)


BMP = Format("BMP", re.compile(rb"BM"), BmpImageFile, PictureData)
TIFF = Format("TIFF", re.compile(rb"II[*+]\0|MM\0[*+]"), TiffImageFile, PictureData)
WEBP = Format("WebP", re.compile(rb"RIFF....WEBP", re.DOTALL), WebPImageFile, webp_picture)

CONVERTED = (BMP, TIFF, WEBP)
"""What the camera client converts to PNG."""

FILES = (*UPLOADED, *CONVERTED)
"""What a file may be, for training, evaluation, `detect` and the camera client."""
