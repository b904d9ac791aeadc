"""The header of a model file, read and changed without the detector and its libraries: see `model_file`."""

import json
import struct
from hashlib import sha256
from typing import Any

from chalicelib.vision.costs import HeldOut

FORMAT = "linewatch-detector-8"
READ = (FORMAT, *(f"linewatch-detector-{number}" for number in (7, 6, 5)))
"""In 7 statistics and covariances weigh the same, and the discriminant regards no cells around a cell. 6 has no
Gaussian of the cells and no regression on them either, 5 no discriminant."""
OLDER = tuple(f"linewatch-detector-{number}" for number in range(1, 5))
LARGEST_HEADER = 1_000_000
LARGEST = 160_000_000  # bytes: a model of --size 1024 is smaller


class ModelFileError(ValueError):
    """The bytes are not a detector that this version can use; the message says why."""


def split(content: bytes) -> tuple[dict[str, Any], memoryview]:
    """The header, and the bytes of the arrays. ValueError or `ModelFileError` if it has not this form."""
    if len(content) > LARGEST:
        raise ModelFileError(f"the model file has {len(content)} bytes; at most {LARGEST} are read")
    if len(content) < 8:
        raise ModelFileError("the model file is cut short")
    (length,) = struct.unpack_from("<Q", content)
    if length > min(LARGEST_HEADER, len(content) - 8):
        raise ModelFileError("the model file is cut short or no model file")
    header = json.loads(content[8 : 8 + length], object_pairs_hook=_without_duplicates)
    return header, memoryview(content)[8 + length :]


def joined(settings: str, entries: dict[str, Any], body: bytes | memoryview) -> bytes:
    """The file of these settings and arrays."""
    metadata = {"format": FORMAT, "settings": settings, "sha256": checksum(settings, entries, body)}
    text = json.dumps({"__metadata__": metadata, **entries}).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, body])


def checksum(settings: str, entries: dict[str, Any], body: bytes | memoryview) -> str:
    """SHA-256, in hexadecimal digits, of all that a model file says."""
    digest = sha256(json.dumps([settings, entries], sort_keys=True).encode())
    digest.update(body)
    return digest.hexdigest()


def check_format(metadata: dict[str, str]) -> None:
    """Raise `ModelFileError` for the metadata of another version."""
    name = metadata.get("format")
    if name is None:
        raise ModelFileError("the file is no model of Linewatch: its header names no format")
    if name in OLDER:
        raise ModelFileError(f"the model file has format {name!r}, which this version no longer reads: train again")
    if name not in READ:
        readable = f"this version reads {FORMAT!r}: train again, or use the version that made the file"
        raise ModelFileError(f"the model file has format {name!r}; {readable}")
    if set(metadata) != {"format", "settings", "sha256"}:
        raise ModelFileError(f"the model file's metadata has {', '.join(metadata)}")


def held_out(content: bytes) -> HeldOut:
    """What a model file keeps of the images that were left out in training. Raises `ModelFileError`."""
    settings, entries, body = _checked(content)
    normals, anomalies = (_numbers(entries[f"left_out_{kind}"], body) for kind in ("normal", "anomaly"))
    return HeldOut(json.loads(settings)["threshold"], normals, anomalies)


def with_threshold(content: bytes, threshold: float) -> bytes:
    """The same detector, deciding at another probability, 0 to 1. Raises `ModelFileError`."""
    settings, entries, body = _checked(content)
    moved = json.dumps(json.loads(settings) | {"threshold": float(threshold)}, sort_keys=True)
    return joined(moved, entries, body)


def _checked(content: bytes) -> tuple[str, dict[str, Any], memoryview]:
    try:
        header, body = split(content)
        metadata = header.pop("__metadata__", {})
        check_format(metadata)
        settings: str = metadata["settings"]
        whole = checksum(settings, header, body) == metadata["sha256"]
    except ModelFileError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ModelFileError(f"the model file is damaged or no model file: {error}") from error
    if not whole:
        raise ModelFileError("the model file was damaged or changed: its SHA-256 is not the one that it was saved with")
    return settings, header, body


def _numbers(entry: dict[str, Any], body: memoryview) -> tuple[float, ...]:
    """An array of float64."""
    start, end = entry["data_offsets"]
    return struct.unpack(f"<{(end - start) // 8}d", body[start:end])


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in the header")
    return dict(pairs)
