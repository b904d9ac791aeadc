"""The parts of a JPEG or PNG file that make its picture, without the metadata in it and the bytes after it.

JPEG is cut into segments as ITU-T T.81, annex B, has them; PNG into chunks as https://www.w3.org/TR/png-3/#5Chunk-layout.
What does not follow either is left to the decoder as it stands.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_UNFOLDED = 64 * 1024 * 1024
"""Bytes. Compressed texts and colour profiles that unfold to more than this are there to do harm."""

_JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)  # neither stuffing, nor a restart, nor filling
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_BARE_MARKERS = {0x01, 0xD8, _END_OF_IMAGE}  # without a length
_METADATA_SEGMENTS = {*range(0xE2, 0xEE), 0xEF, 0xFE}  # all but JFIF, EXIF and XMP, and Adobe's colour transform

_PNG_SIGNATURE = 8
_PNG_OVERHEAD = 12  # length, kind and checksum of a chunk
_PICTURE_CHUNKS = {b"tRNS", b"eXIf"}
_ORIENTATION_TEXTS = (b"Raw profile type exif\0", b"XML:com.adobe.xmp\0")
_LONGEST_TEXT = 1024 * 1024  # bytes that Pillow unpacks a text to


@dataclass(frozen=True)
class PictureData:
    """What of a file the decoder needs to see."""

    content: bytes
    scans: int = 1  # of a JPEG
    unfolded: int = 0  # bytes that compressed metadata holds; counted no further than just above `MOST_UNFOLDED`
    size: tuple[int, int] | None = None  # (width, height), where the reader needs memory before it has said them


def jpeg_picture(content: bytes) -> PictureData:
    """The first image of a JPEG file: nothing after its end, no comments, no colour profiles, previews and the like."""
    kept, scans, at = [content[:2]], 0, 2
    while found := _JPEG_MARKER.search(content, at):
        marker, end = found[1][0], _segment_end(content, found)
        if marker not in _METADATA_SEGMENTS:
            kept.append(content[at:end])
        scans += marker == _START_OF_SCAN
        at = end
        if marker == _END_OF_IMAGE:
            return PictureData(b"".join(kept), scans)
    return PictureData(b"".join([*kept, content[at:]]), scans)


def _segment_end(content: bytes, marker: re.Match[bytes]) -> int:
    if marker[1][0] in _BARE_MARKERS or len(content) < marker.end() + 2:
        return marker.end()
    return marker.end() + max(2, int.from_bytes(content[marker.end() : marker.end() + 2]))


def png_picture(content: bytes) -> PictureData:
    """A PNG file with the chunks that the pixels and the orientation need. Of an animation, the first frame."""
    kept, unfolded = [content[:_PNG_SIGNATURE]], 0
    for kind, body, whole in _chunks(content):
        size = _unfolded(kind, body, MOST_UNFOLDED - unfolded)
        unfolded += size
        if _makes_the_picture(kind, body) and size <= _LONGEST_TEXT:
            kept.append(whole)
        if unfolded > MOST_UNFOLDED:
            break
    return PictureData(b"".join(kept), unfolded=unfolded)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The kind, the body and all bytes of each chunk; a rest that is no whole chunk comes as one without a kind."""
    at = _PNG_SIGNATURE
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8].ljust(8, b"\0"))
        end = at + _PNG_OVERHEAD + length
        if end > len(content) or not kind.isalpha():
            yield b"", b"", content[at:]
            return
        yield kind, content[at + 8 : end - 4], content[at:end]
        at = len(content) if kind == b"IEND" else end


def _makes_the_picture(kind: bytes, body: bytes) -> bool:
    if kind in {b"tEXt", b"zTXt", b"iTXt"}:
        return body.startswith(_ORIENTATION_TEXTS)
    return kind in _PICTURE_CHUNKS or kind[:1].isupper() or not kind


def _unfolded(kind: bytes, body: bytes, most: int) -> int:
    """How many bytes the compressed part of a chunk holds, 0 without one; counted until they are more than `most`."""
    _, _, packed = body.partition(b"\0")
    if kind == b"iTXt":
        packed = packed[1:].split(b"\0", 2)[-1] if packed[:1] == b"\1" else b""
    elif kind not in {b"zTXt", b"iCCP"}:
        return 0
    unpacker, count, packed = zlib.decompressobj(), 0, packed[1:]
    try:
        while packed and count <= most:
            count += len(unpacker.decompress(packed, 65536))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return count
    return count
