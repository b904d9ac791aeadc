"""Files that were damaged on their way."""

from collections.abc import Sequence

from hypothesis import strategies as st


@st.composite
def damaged(draw: st.DrawFn, files: Sequence[bytes]) -> tuple[bytes, bytes]:
    """One of the files with a few other bytes in it, and the same cut off."""
    valid = draw(st.sampled_from(files))
    spots = draw(st.lists(st.tuples(st.integers(0, len(valid) - 1), st.integers(0, 255)), max_size=6))
    content = bytearray(valid)
    for at, value in spots:
        content[at] = value
    return bytes(content), bytes(content[: draw(st.integers(0, len(content)))])
