"""A detector as one `.safetensors` file, and back: a length, a JSON header, then the arrays' bytes.

Nothing in a file is ever executed, no size is used before it is checked against the bytes that are there, and the same
detector always makes the same bytes. https://github.com/huggingface/safetensors#format specifies the format.
"""

import json
import struct
import types
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.detector import Detector
from chalicelib.vision.validation import check

FORMAT = "linewatch-detector-3"
LARGEST_HEADER = 1_000_000
LARGEST = 160_000_000  # bytes: a model of --size 1024 is smaller
DTYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32, "F64": np.float64, "I64": np.int64, "U8": np.uint8}
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


class ModelFileError(ValueError):
    """The bytes are not a detector that this version can use; the message says why."""


def save(detector: Detector) -> bytes:
    """The model file of a detector: the same bytes for the same detector."""
    arrays: dict[str, NDArray[Any]] = {}
    settings = _pack(detector, "", arrays)
    header: dict[str, Any] = {"__metadata__": {"format": FORMAT, "settings": json.dumps(settings, sort_keys=True)}}
    start = 0
    for name, array in arrays.items():
        entry = {"dtype": NAMES[array.dtype], "shape": array.shape, "data_offsets": (start, start + array.nbytes)}
        header[name] = entry
        start += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *(array.tobytes() for array in arrays.values())])


def load(content: bytes) -> Detector:
    """The detector in a model file. Raises `ModelFileError` if it is damaged or of another version."""
    try:
        header, body = _split(content)
        metadata = header.pop("__metadata__")
        _check_format(metadata["format"])
        arrays = {name: _array(entry, body) for name, entry in header.items()}
        detector: Detector = _unpack(Detector, json.loads(metadata["settings"]), "", arrays)
        check(detector)
        _check_offsets(header, len(body))
    except ModelFileError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ModelFileError(f"the model file is damaged or no model file: {error!r}") from error
    return detector


def _check_format(name: str) -> None:
    if name != FORMAT:
        raise ModelFileError(f"the model file has format {name!r}; this version reads {FORMAT!r}")


def _split(content: bytes) -> tuple[dict[str, Any], memoryview]:
    if len(content) > LARGEST:
        raise ModelFileError(f"the model file has {len(content)} bytes; at most {LARGEST} are read")
    if len(content) < 8:
        raise ModelFileError("the model file is cut short")
    (length,) = struct.unpack_from("<Q", content)
    if length > min(LARGEST_HEADER, len(content) - 8):
        raise ModelFileError("the model file is cut short or no model file")
    header = json.loads(content[8 : 8 + length], object_pairs_hook=_without_duplicates)
    return header, memoryview(content)[8 + length :]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in the header")
    return dict(pairs)


def _check_offsets(entries: dict[str, Any], size: int) -> None:
    """Raise ValueError unless each of the body's bytes belongs to exactly one array, as the format demands."""
    end = 0
    for start, stop in sorted(tuple(entry["data_offsets"]) for entry in entries.values()):
        if start != end:
            raise ValueError(f"the arrays overlap or leave a gap at byte {end}")
        end = stop
    if end != size:
        raise ValueError(f"the arrays end at byte {end} of {size}")


def _array(entry: dict[str, Any], body: memoryview) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    if not 0 <= start <= end <= len(body) or any(side < 0 for side in entry["shape"]):
        raise ModelFileError("the model file is cut short")
    return np.frombuffer(body[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])


def _pack(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """The value as JSON; its arrays go to `arrays` under their dotted names."""
    if isinstance(value, np.ndarray):
        arrays[name] = np.ascontiguousarray(value)
        return None
    if is_dataclass(value):
        return {f.name: _pack(getattr(value, f.name), f"{name}.{f.name}".strip("."), arrays) for f in fields(value)}
    return value


def _unpack(kind: Any, value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """The value of type `kind` from its JSON and the arrays."""
    if isinstance(kind, types.UnionType):
        if value is None:
            return None
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f: _unpack(hints[f], value[f], f"{name}.{f}".strip("."), arrays) for f in hints})
    origin = get_origin(kind) or kind
    if origin is NDArray:
        return arrays[name]
    if origin is tuple:
        return tuple(value)
    if not isinstance(value, origin):
        raise ModelFileError(f"{name} should be {origin.__name__}, but is {value!r}")
    return value
