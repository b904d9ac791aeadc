"""An image's name, key and inspection id."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.image import ID_PATTERN, ImageName, image_id_of, inspection_id_of, is_id

IDS = st.from_regex(ID_PATTERN.removesuffix("$"), fullmatch=True).filter(is_id)
DAYS = st.dates(min_value=date(1000, 1, 1))


@given(IDS, IDS, IDS, DAYS, IDS)
def test_a_key_names_its_image(project: str, line: str, camera: str, day: date, image_id: str) -> None:
    name = ImageName(project, line, camera, day, image_id)
    assert ImageName.from_key(name.key) == name


@given(st.text(max_size=70))
def test_an_id_is_safe_in_keys_paths_and_queries(text: str) -> None:
    if is_id(text):
        assert 1 <= len(text) <= 64
        assert text.strip(".")
        assert all(character.isascii() and (character.isalnum() or character in "._-") for character in text)


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "...", "a b", "a/b", "a%2Fb", "a\n", "é", "a'--", "<b>", "${x}", "a\x00", "a?b", "a*", "x" * 65],
)
def test_text_with_injection_characters_is_not_an_id(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "images/",
        "other/p/l/c/2026-03-14/i",
        "p/l/c/2026-03-14/i",
        "other/l/c/2026-03-14/i",
        "images/p/l/c/2026-03-14",
        "images/p/l/c/2026-03-14/i/j",
        "images/p/l/c/2026-13-14/i",
        "images/p/l/c/20260314/i",
        "images/p/l/c/2026-W11-6/i",
        "images/p/../c/2026-03-14/i",
        "images/p/l l/c/2026-03-14/i",
        "images/p/l%2Fm/c/2026-03-14/i",
        "images/p/l/ç/2026-03-14/i",
    ],
)
def test_a_wrong_key_is_refused_with_the_expected_form(key: str) -> None:
    with pytest.raises(ValueError, match="images/<project>/<line>/<camera>/<date>/<image id>"):
        ImageName.from_key(key)


def test_the_same_camera_and_content_make_the_same_image_id() -> None:
    assert image_id_of("cam-1", "ab") == image_id_of("cam-1", "ab")
    assert len({image_id_of("cam-1", "ab"), image_id_of("cam-2", "ab"), image_id_of("cam-1", "ac")}) == 3
    assert is_id(image_id_of("cam-1", "ab"))


def test_an_inspection_id_follows_from_bucket_key_and_content() -> None:
    contents = [("b", "k", "e"), ("c", "k", "e"), ("b", "l", "e"), ("b", "k", "f")]
    assert len({inspection_id_of(*each) for each in contents}) == 4
    assert inspection_id_of("b", "k", "e") == inspection_id_of("b", "k", "e")
