"""Files as the old `torch.save` wrote them, opcode by opcode, harmless and hostile."""

import pickle
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from linewatch.backbone.legacy_pickle import MAGIC, PROTOCOL

REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
FLOATS = b"ctorch\nFloatStorage\n"


def text(value: str) -> bytes:
    """A string on the pickle's stack."""
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def counts(values: Sequence[int]) -> bytes:
    """A tuple of integers on the pickle's stack."""
    return b"(" + b"".join(map(count, values)) + b"t"


def count(value: int) -> bytes:
    """An integer on the pickle's stack."""
    return b"J" + value.to_bytes(4, "little", signed=True)


def tensor(numbers: int, offset: int, shape: Sequence[int], steps: Sequence[int], kind: bytes = FLOATS) -> bytes:
    """A tensor that is a view of the storage `0` with so many numbers."""
    storage = b"(" + text("storage") + kind + text("0") + text("cpu") + count(numbers) + b"NtQ"
    return REBUILD + b"(" + storage + count(offset) + counts(shape) + counts(steps) + b"\x89NtR"


def legacy_file(described: bytes, numbers: NDArray[Any], machine: dict[str, bool] | None = None) -> bytes:
    """A file with one tensor `w` and one storage."""
    machine = {"little_endian": True} if machine is None else machine
    head = [pickle.dumps(part, protocol=2) for part in (MAGIC, PROTOCOL, machine)]
    views = b"(" + text("w") + described + b"d."
    names = pickle.dumps(["0"], protocol=2)
    return b"".join([*head, views, names, len(numbers).to_bytes(8, "little"), numbers.tobytes()])
