"""Model files taken apart, spoiled in one place, and put together again, with the old SHA-256 or a new one."""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.model_bytes import FORMAT, checksum
from chalicelib.vision.model_file import DTYPES, NAMES

type Array = NDArray[Any]
type Spoiled = tuple[str, "Parts"]


@dataclass
class Parts:
    """What a model file says."""

    settings: dict[str, Any]
    arrays: dict[str, Array]
    sha256: str

    def written(self, sealed: bool, form: str = FORMAT) -> bytes:
        """The file in this format, with the SHA-256 of its new content or with that of the old."""
        entries, start = {}, 0
        for name, array in self.arrays.items():
            offsets = [start, start + array.nbytes]
            entries[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": offsets}
            start += array.nbytes
        settings, body = json.dumps(self.settings, sort_keys=True), b"".join(a.tobytes() for a in self.arrays.values())
        metadata = {"format": form, "settings": settings}
        metadata["sha256"] = checksum(settings, entries, body) if sealed else self.sha256
        text = json.dumps({"__metadata__": metadata, **entries}).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + body

    def with_array(self, name: str, array: Array) -> "Parts":
        """The same with another array."""
        return Parts(self.settings, self.arrays | {name: array}, self.sha256)

    def with_setting(self, path: tuple[str, ...], value: Any) -> "Parts":
        """The same with another setting."""
        settings = json.loads(json.dumps(self.settings))
        part = settings
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = value
        return Parts(settings, self.arrays, self.sha256)


def parts_of(content: bytes) -> Parts:
    """A model file taken apart."""
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    metadata, body = header.pop("__metadata__"), content[8 + length :]
    arrays = {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return Parts(json.loads(metadata["settings"]), arrays, metadata["sha256"])


def setting_paths(settings: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All settings that are not arrays, with their names."""
    for name, value in settings.items():
        if isinstance(value, dict) and name != "metadata":
            yield from setting_paths(value, (*path, name))
        elif value is not None:
            yield (*path, name), value


def spoiled_settings(parts: Parts) -> Iterator[Spoiled]:
    """Each setting in turn with each value that it cannot have."""
    for path, value in setting_paths(parts.settings):
        bad: list[Any] = [None, "text", [], {}, {"a": 1}, [1e308, 1e308], [float("nan")], 10**400]
        if isinstance(value, float):
            bad += [float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 1e10, 1, True]
        if isinstance(value, int):
            bad += [-1, 2**40, 1.5, 10**6]
        if isinstance(value, list):
            bad += [[-32, -32], [0, 0], [2**40, 2**40], [value[0] + 0.5, value[1]], [*value, 1], [True, True]]
        for spoil in bad:
            if spoil != value:
                yield f"{'.'.join(path)} = {spoil!r:.20}", parts.with_setting(path, spoil)
        yield f"{'.'.join(path)} left out", _without_setting(parts, path)
    yield "a setting too many", parts.with_setting(("more",), 1)


def _without_setting(parts: Parts, path: tuple[str, ...]) -> Parts:
    spoiled = parts.with_setting(path, None)
    part = spoiled.settings
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return spoiled


def misshapen_arrays(parts: Parts) -> Iterator[Spoiled]:
    """Each array in turn with another shape or type, or none."""
    for name, array in parts.arrays.items():
        yield f"{name} with an axis more", parts.with_array(name, array[None])
        yield f"{name} of another type", parts.with_array(name, array.astype("f8" if array.dtype != "f8" else "f4"))
        left = Parts(parts.settings, {key: kept for key, kept in parts.arrays.items() if key != name}, parts.sha256)
        yield f"{name} left out", left
        if array.size:
            yield f"{name} cut short", parts.with_array(name, array[:-1])
            yield f"{name} empty", parts.with_array(name, array[:0])
            yield f"{name} twice as long", parts.with_array(name, np.concatenate([array, array]))
    yield "an array too many", parts.with_array("more", np.zeros(3))


def wrong_numbers(parts: Parts) -> Iterator[Spoiled]:
    """Each array in turn with numbers that it cannot have."""
    for name, array in parts.arrays.items():
        if not array.size:
            continue
        if array.dtype.kind == "f":
            for value in (np.nan, -np.inf, np.inf, np.finfo(array.dtype).min):
                yield f"{name} all {value}", parts.with_array(name, np.full_like(array, value))
            yield f"{name} with one NaN", parts.with_array(name, _at(array, np.nan))
            yield f"{name} with one -inf", parts.with_array(name, _at(array, -np.inf))
        if array.dtype == np.int64:
            for value in (-1, 2**62, -(2**63), array.flat[-1] + 1):
                yield f"{name} with one {value}", parts.with_array(name, _at(array, value))


def changed_arrays(parts: Parts) -> Iterator[Spoiled]:
    """Each array in turn with numbers that it could have, but has not."""
    for name, array in parts.arrays.items():
        if not array.size:
            continue
        for what, other in {
            "zeros": np.zeros_like(array),
            "ones": np.ones_like(array),
            "negative": np.negative(array) if array.dtype != np.uint8 else 255 - array,
            "reversed": np.ascontiguousarray(array.ravel()[::-1]).reshape(array.shape),
            "as text": np.frombuffer((b"model " * array.nbytes)[: array.nbytes], array.dtype).reshape(array.shape),
        }.items():
            if other.tobytes() != array.tobytes():
                yield f"{name} {what}", parts.with_array(name, other)
    for name, other_name in _alike(parts.arrays):
        swapped = parts.with_array(name, parts.arrays[other_name]).with_array(other_name, parts.arrays[name])
        yield f"{name} and {other_name} swapped", swapped


def flipped_bits(parts: Parts, seed: int) -> Iterator[Spoiled]:
    """One bit of each array in turn flipped."""
    rng = np.random.default_rng(seed)
    for name, array in parts.arrays.items():
        if array.size:
            content = bytearray(array.tobytes())
            at, bit = int(rng.integers(len(content))), int(rng.integers(8))
            content[at] ^= 1 << bit
            other = np.frombuffer(bytes(content), array.dtype).reshape(array.shape)
            yield f"{name}, bit {bit} of byte {at}", parts.with_array(name, other)


def _at(array: Array, value: Any) -> Array:
    copy = array.copy()
    copy.flat[array.size // 2] = value
    return copy


def _alike(arrays: dict[str, Array]) -> Iterator[tuple[str, str]]:
    names = list(arrays)
    for number, name in enumerate(names):
        for other in names[number + 1 :]:
            one, two = arrays[name], arrays[other]
            same = one.shape == two.shape and one.dtype == two.dtype
            if same and one.tobytes() != two.tobytes():
                yield name, other
