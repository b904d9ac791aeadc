"""An anomaly map as a picture."""

import struct
import zlib

from chalicelib.core.anomaly_map import AnomalyMap

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY = (8, 0, 0, 0, 0)
"""Bits of a pixel, colour type, and the only methods of compression, filter and interlace that are used."""


def png_of(anomaly_map: AnomalyMap) -> bytes:
    """The map as a grey PNG with one pixel a cell: black is usual.

    The format is ISO/IEC 15948: chunks of length, type, content and CRC-32; a row begins with its filter, 0 for none.
    """
    width, levels = anomaly_map.width, anomaly_map.levels
    rows = b"".join(b"\0" + levels[start : start + width] for start in range(0, len(levels), width))
    header = struct.pack(">II5B", width, anomaly_map.height, *_GREY)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
