"""The reader of old torch files makes arrays and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from linewatch.backbone.legacy_pickle import UnreadableWeights, read_tensors
from tests.backbone.legacy_file import FLOATS, count, legacy_file, tensor, text

NUMBERS = np.arange(6, dtype="<f4")
WHOLE = tensor(6, 0, (2, 3), (3, 1))


def test_a_tensor_is_read_as_an_array_in_its_own_order() -> None:
    assert read_tensors(legacy_file(WHOLE, NUMBERS))["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    turned = tensor(6, 1, (2, 2), (1, 2))
    assert read_tensors(legacy_file(turned, NUMBERS))["w"].tolist() == [[1, 3], [2, 4]]
    assert read_tensors(legacy_file(tensor(6, 5, (), ()), NUMBERS))["w"] == 5


@pytest.mark.parametrize("call", ["posix\nsystem", "builtins\neval", "torch\nload", "collections\nCounter"])
def test_a_foreign_global_is_refused_and_not_run(call: str, tmp_path: Path) -> None:
    run = f"c{call}\n".encode() + b"(" + text(f"touch {tmp_path / 'ran'}") + b"tR"
    with pytest.raises(UnreadableWeights, match=call.replace("\n", ".")):
        read_tensors(legacy_file(run, NUMBERS))
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "described",
    [
        tensor(6, 0, (7,), (1,)),
        tensor(6, 4, (3,), (1,)),
        tensor(6, 0, (2, 2), (1, 5)),
        tensor(6, 0, (100_000, 100_000), (0, 0)),
        tensor(6, 0, (2,), (3, 1)),
        tensor(6, -1, (2,), (1,)),
        tensor(6, 3, (2,), (-1,)),
        tensor(6, 0, (0,), (1,)),
        tensor(7, 0, (6,), (1,)),
        tensor(5, 0, (5,), (1,)),
    ],
)
def test_a_tensor_beyond_its_storage_is_refused(described: bytes) -> None:
    with pytest.raises(UnreadableWeights):
        read_tensors(legacy_file(described, NUMBERS))


@pytest.mark.parametrize("part", [WHOLE, FLOATS])
def test_what_was_checked_cannot_be_changed_afterwards(part: bytes) -> None:
    changed = part + b"(" + text("offset") + count(-4) + b"db"
    with pytest.raises(UnreadableWeights):
        read_tensors(legacy_file(changed, NUMBERS))


def test_a_file_that_is_cut_short_anywhere_is_refused() -> None:
    whole = legacy_file(WHOLE, NUMBERS)
    for end in range(len(whole)):
        with pytest.raises(UnreadableWeights):
            read_tensors(whole[:end])


def test_another_format_or_byte_order_is_refused() -> None:
    with pytest.raises(UnreadableWeights):
        read_tensors(b"PK\x03\x04 a newer file")
    with pytest.raises(UnreadableWeights, match="little-endian"):
        read_tensors(legacy_file(WHOLE, NUMBERS, machine={"little_endian": False}))
    with pytest.raises(UnreadableWeights, match="HalfStorage"):
        read_tensors(legacy_file(WHOLE.replace(FLOATS, b"ctorch\nHalfStorage\n"), NUMBERS))
