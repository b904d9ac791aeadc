"""The tokens of pages."""

import re
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.pages import position_in, require_page_size, token_of

CONTRACT = re.compile(r"[a-zA-Z0-9/+=]{0,2048}")


@given(st.integers(0, 10**9), st.text(), st.text())
def test_a_token_gives_back_its_position_for_its_own_list_only(position: int, scope: str, other: str) -> None:
    token = token_of(position, scope)
    assert CONTRACT.fullmatch(token)
    assert position_in(token, scope) == position
    if other != scope:
        with pytest.raises(InvalidRequest):
            position_in(token, other)


@given(st.text() | st.binary().map(lambda content: b64encode(content).decode()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="NextToken"):
        position_in(text, "list")


@pytest.mark.parametrize("content", [b"[" * 1500, b'[true, "x"]', b"[1]", b"{}", b'[1e400, ""]', b"[" + b"1" * 9000])
def test_odd_contents_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidRequest):
        position_in(b64encode(content).decode(), "list")


@pytest.mark.parametrize("size", [0, -1, 101])
def test_a_page_has_1_to_100_items(size: int) -> None:
    with pytest.raises(InvalidRequest, match="MaxResults: must be 1 to 100"):
        require_page_size(size)
