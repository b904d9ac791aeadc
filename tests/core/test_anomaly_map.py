"""The small map survives its text, and nothing else is taken for one."""

import zlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.anomaly_map import LARGEST_SIDE, AnomalyMap


@given(st.integers(1, LARGEST_SIDE), st.integers(1, LARGEST_SIDE), st.data())
def test_a_map_is_read_from_its_text(height: int, width: int, data: st.DataObject) -> None:
    levels = data.draw(st.binary(min_size=height * width, max_size=height * width))
    anomaly_map = AnomalyMap(height, width, levels)
    assert AnomalyMap.from_text(anomaly_map.to_text()) == anomaly_map


def test_the_map_of_a_usual_image_costs_next_to_nothing() -> None:
    assert len(AnomalyMap(32, 32, bytes(1024)).to_text()) <= 32


@pytest.mark.parametrize(
    "size", [(0, 1, b""), (1, 0, b""), (33, 1, bytes(33)), (1, 33, bytes(33)), (2, 2, bytes(3)), (2, 2, bytes(5))]
)
def test_a_map_of_another_form_is_refused(size: tuple[int, int, bytes]) -> None:
    with pytest.raises(ValueError, match="a map"):
        AnomalyMap(*size)


def text(content: bytes) -> str:
    return b64encode(zlib.compress(content, 9)).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "!",
        "AAAA",
        text(b""),
        text(b"\x01"),
        text(b"\x02\x02\x00"),
        text(b"\x21\x01" + bytes(33)),
        text(b"\x20\x20" + bytes(1_000_000)),
        "A" * 3000,
    ],
)
def test_text_that_is_no_map_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"map|base64|padding|padded"):
        AnomalyMap.from_text(wrong)
