"""A detector as one `.safetensors` file, and back: a length, a JSON header, then the arrays' bytes.

The header's `__metadata__` holds three strings: `format`; `settings`, all numbers and texts of the detector as JSON;
and `sha256`, of the settings, of the names, types, shapes and offsets of the arrays, and of their bytes. The other
entries are the arrays, under their dotted names in `Detector`. Among them are a few reference images with what training
predicted for them (`references.*`), for `Detector.self_test`.

Nothing in a file is ever executed but the operators of a backbone that `network_limits` allows. No size is used before
it is checked against the bytes that are there. The same detector always makes the same bytes.
https://github.com/huggingface/safetensors#format specifies the format.
"""

import json
import types
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.detector import Detector
from chalicelib.vision.model_bytes import ModelFileError, check_format, checksum, joined, split
from chalicelib.vision.validation import BadDetector, check

DTYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32, "F64": np.float64, "I64": np.int64, "U8": np.uint8}
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def save(detector: Detector) -> bytes:
    """The model file of a detector: the same bytes for the same detector."""
    arrays: dict[str, NDArray[Any]] = {}
    settings = json.dumps(_pack(detector, "", arrays), sort_keys=True)
    entries: dict[str, Any] = {}
    start = 0
    for name, array in arrays.items():
        offsets = [start, start + array.nbytes]
        entries[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": offsets}
        start += array.nbytes
    return joined(settings, entries, b"".join(array.tobytes() for array in arrays.values()))


def load(content: bytes) -> Detector:
    """The detector in a model file.

    Raises `ModelFileError` if it is damaged, of another version, or holds values that no detector can have. The message
    names the array or the setting.
    """
    try:
        header, body = split(content)
        metadata = header.pop("__metadata__", {})
        check_format(metadata)
        arrays = {name: _array(entry, body) for name, entry in header.items()}
        detector = _detector(_completed(json.loads(metadata["settings"]), arrays), arrays)
        check(detector)
        _check_offsets(header, len(body))
        expected = checksum(metadata["settings"], header, body)
    except ModelFileError:
        raise
    except BadDetector as error:
        raise ModelFileError(f"the model file cannot be used: {error}") from error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ModelFileError(f"the model file is damaged or no model file: {error!r}") from error
    if metadata["sha256"] != expected:
        raise ModelFileError("the model file was damaged or changed: its SHA-256 is not the one that it was saved with")
    return detector


def _completed(settings: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """The settings with what those of an older format lack; `arrays` get what they lack."""
    settings = {"discriminant": None, "gaussian": None} | settings
    settings["descriptor"] = {"share": 0.5} | settings["descriptor"]
    settings["supervised"] = settings["supervised"] and {"cells": None} | settings["supervised"]
    taught = settings["discriminant"]
    if taught and "mean" in taught:
        if taught.get("blurred"):
            raise ModelFileError("the model file smooths its map, which this version no longer does: train again")
        settings["discriminant"] = dict.fromkeys(("direction", "around")) | {
            "start": taught["mean"],
            "unit": taught["deviation"],
        }
        arrays["discriminant.around"] = np.zeros_like(arrays["discriminant.direction"])
    return settings


def _detector(settings: Any, arrays: dict[str, NDArray[Any]]) -> Detector:
    detector: Detector = _unpack(Detector, settings, "", arrays)
    if arrays:
        raise ModelFileError(f"the model file has arrays that no detector has: {', '.join(arrays)}")
    return detector


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
    array = np.frombuffer(body[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return np.require(array, requirements=["ALIGNED"])  # numpy would copy it at each use


def _pack(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """The value as JSON; its arrays go to `arrays` under their dotted names."""
    if isinstance(value, np.ndarray):
        arrays[name] = np.ascontiguousarray(value)
        return None
    if is_dataclass(value):
        return {f.name: _pack(getattr(value, f.name), f"{name}.{f.name}".strip("."), arrays) for f in fields(value)}
    return value


def _unpack(kind: Any, value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """The value of type `kind` from its JSON and the arrays, of which it takes its own away."""
    if isinstance(kind, types.UnionType):
        if value is None:
            return None
        (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        if set(_typed(dict, value, name)) != set(hints):
            raise ModelFileError(f"{name or 'the model file'} should have the settings {', '.join(hints)}")
        return kind(**{f: _unpack(hints[f], value[f], f"{name}.{f}".strip("."), arrays) for f in hints})
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin is NDArray:
        return _taken(np.dtype(*parts), value, name, arrays)
    if origin is tuple:
        return tuple(_typed(part, side, name) for part, side in zip(parts, _typed(list, value, name), strict=True))
    if origin is dict:
        return {_typed(str, key, name): _typed(str, text, name) for key, text in _typed(dict, value, name).items()}
    return _typed(origin, value, name)


def _taken(dtype: np.dtype[Any], value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> NDArray[Any]:
    if name not in arrays or value is not None:
        raise ModelFileError(f"the model file has no array {name}")
    array = arrays.pop(name)
    if array.dtype != dtype:
        raise ModelFileError(f"{name} should have type {dtype}, but has {array.dtype}")
    return array


def _typed(kind: type[Any], value: Any, name: str) -> Any:
    if type(value) is not kind:
        raise ModelFileError(f"{name} should be {kind.__name__}, but is {value!r:.100}")
    return value
