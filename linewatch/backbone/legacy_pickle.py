"""The tensors in a file of the old `torch.save`, read without torch and without running anything of the file.

The format is that of `_legacy_save` in https://github.com/pytorch/pytorch/blob/main/torch/serialization.py. There are
five pickles: a magic number, the protocol, the machine, the tensors, and the names of the storages. Then comes each
storage in that order, its length as an int64 and its numbers. All numbers are little-endian.
"""

import math
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
LENGTH = 8  # bytes, before a storage
STORAGES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

type Tensors = dict[str, NDArray[Any]]


class UnreadableWeights(ValueError):
    """The file is no such file, or would need more than plain tensors; the message says why."""


class Storage(NamedTuple):
    """A run of numbers that stands behind the pickles. No pickle can change a named tuple once it is made."""

    name: str
    kind: np.dtype[Any]
    length: int


class View(NamedTuple):
    """A tensor as the file describes it: part of a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]  # in numbers, along each axis


def read_tensors(content: bytes) -> Tensors:
    """Name to array, of a file with one dictionary of tensors. Raises `UnreadableWeights`."""
    try:
        return _tensors(BytesIO(content))
    except UnreadableWeights:
        raise
    except (pickle.UnpicklingError, AttributeError, EOFError, LookupError, TypeError, ValueError) as error:
        raise UnreadableWeights(f"it is damaged: {error}") from error


def _tensors(file: BytesIO) -> Tensors:
    head = [_Restricted(file).load() for _ in range(2)]
    if head != [MAGIC, PROTOCOL]:
        raise UnreadableWeights("it was not written by the old torch.save")
    machine, views, names = (_Restricted(file).load() for _ in range(3))
    if machine["little_endian"] is not True:
        raise UnreadableWeights("its numbers are not little-endian")
    storages = _storages(file, views, names)
    return {name: _array(view, storages[view.storage.name]) for name, view in views.items()}


class _Restricted(pickle.Unpickler):
    """Makes plain values, ordered dictionaries, storages and views; any other class or function is refused."""

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in STORAGES:
            return name
        raise UnreadableWeights(f"it needs {module}.{name}, which no plain tensor does")

    def persistent_load(self, pid: Any, /) -> Storage:
        word, kind, name, _device, count, _part = pid
        if word != "storage" or not isinstance(name, str):
            raise UnreadableWeights(f"it refers to {word}")
        return Storage(name, STORAGES[kind], _natural(count))


def _view(storage: Storage, offset: int, shape: tuple[int, ...], steps: tuple[int, ...], *_gradient: Any) -> View:
    return View(storage, _natural(offset), tuple(map(_natural, shape)), tuple(map(_natural, steps)))


def _natural(number: Any) -> int:
    if not isinstance(number, int) or number < 0:
        raise UnreadableWeights(f"it has {number!r} where a count must be")
    return number


def _storages(file: BytesIO, views: Mapping[str, View], names: list[str]) -> dict[str, NDArray[Any]]:
    """The numbers of each storage, from the first one's length on."""
    described = {view.storage.name: view.storage for view in views.values()}
    storages = {}
    for name in names:
        _, kind, length = described[name]
        stated, numbers = int.from_bytes(file.read(LENGTH), "little"), file.read(length * kind.itemsize)
        if stated != length or len(numbers) != length * kind.itemsize:
            raise UnreadableWeights(f"it is cut short, or storage {name} has not the {length} numbers that it should")
        storages[name] = np.frombuffer(numbers, kind)
    return storages


def _array(view: View, numbers: NDArray[Any]) -> NDArray[Any]:
    """A copy of the view's numbers, in the usual order."""
    last = view.offset + sum((side - 1) * step for side, step in zip(view.shape, view.steps, strict=True))
    if not 0 < math.prod(view.shape) <= len(numbers) or last >= len(numbers):
        raise UnreadableWeights(f"a tensor of shape {view.shape} reaches beyond its storage")
    steps = [step * numbers.itemsize for step in view.steps]
    return np.lib.stride_tricks.as_strided(numbers[view.offset :], view.shape, steps).copy()
