"""Roles, scopes and tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.domain import (
    EVERYONE,
    OPERATORS,
    PEOPLE,
    ROUTES,
    AccessKey,
    Grant,
    Role,
    hash_of,
    parse_token,
    token_of,
)
from tests.support.builders import NOON

IDS = st.from_regex(r"[A-Za-z0-9-]{1,12}", fullmatch=True)
TOKEN = token_of("a", "b")
SECRETS = st.from_regex(r"[A-Za-z0-9_-]{1,43}", fullmatch=True)


def a_grant(*, lines: tuple[str, ...] = ("*",), cameras: tuple[str, ...] = ("*",)) -> Grant:
    return Grant("k1", Role.CAMERA, "plates", lines, cameras)


def test_a_scope_covers_what_its_patterns_match() -> None:
    grant = a_grant(lines=("line-1", "pack-*"), cameras=("cam-?",))
    assert grant.covers(project="plates", line="pack-7", camera="cam-1")
    assert grant.covers(project="plates", line="line-1")
    assert not grant.covers(project="plates", line="line-2", camera="cam-1")
    assert not grant.covers(project="plates", line="line-1", camera="cam-10")
    assert not grant.covers(project="plates", line="LINE-1")


@given(IDS, IDS)
def test_a_scope_covers_no_other_project(line: str, camera: str) -> None:
    assert not a_grant().covers(project="other", line=line, camera=camera)


@pytest.mark.parametrize("pattern", ["", "a b", "[ab]", "a/b", "x" * 65, "é"])
def test_a_pattern_of_other_characters_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="the pattern"):
        a_grant(lines=(pattern,))


@pytest.mark.parametrize("project", ["", "a b", "*", "..", "a/b"])
def test_a_project_that_is_not_an_id_is_refused(project: str) -> None:
    with pytest.raises(ValueError, match="the project"):
        Grant("k1", Role.ADMIN, project)


UPLOADS = {("POST", "/inspections"), ("POST", "/uploads"), ("POST", "/uploads/batch"), ("GET", "/getsignedurl")}


def test_cameras_upload_and_people_do_not() -> None:
    assert set(ROUTES) >= UPLOADS
    assert all(ROUTES[route] == {Role.CAMERA} for route in UPLOADS)


def test_everyone_reads_inspections_and_people_their_reviews() -> None:
    read = {path: roles for (method, path), roles in ROUTES.items() if method == "GET" and "/{inspection_id}" in path}
    assert read.pop("/inspections/{inspection_id}/review") == PEOPLE
    assert read.pop("/inspections/{inspection_id}/trace") == PEOPLE
    assert all(roles == EVERYONE == {*Role} for roles in read.values())
    assert ROUTES["POST", "/inspections/{inspection_id}/review"] == OPERATORS
    assert ROUTES["DELETE", "/inspections/{inspection_id}/review"] == OPERATORS


@given(IDS, SECRETS)
def test_a_token_is_parsed_to_its_key_id_and_secret(key_id: str, secret: str) -> None:
    token = token_of(key_id, secret)
    assert parse_token(token) == parse_token(f"Bearer {token}") == (key_id, secret)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "allow",
        "lw",
        "lw_a",
        "lw_a_",
        "lw__b",
        "xx_a_b",
        f"{TOKEN} ",
        f"{TOKEN}\n",
        f"x{TOKEN}",
        f"Basic {TOKEN}",
        token_of("\u00e9", "b"),
        token_of("a", "b c"),
        token_of("a", ""),
        token_of("", "b"),
        "lw_a_b",
        "lw_a_b00000000",
        token_of("a", "b").upper(),
        token_of("a", "b" * 129),
    ],
)
def test_other_text_is_not_a_token(text: str) -> None:
    assert parse_token(text) is None


@given(IDS, SECRETS, st.data())
def test_a_mistyped_token_is_noticed(key_id: str, secret: str, data: st.DataObject) -> None:
    token = token_of(key_id, secret)
    at = data.draw(st.integers(0, len(token) - 1))
    mistyped = token[:at] + data.draw(st.characters().filter(lambda typed: typed != token[at])) + token[at + 1 :]
    assert parse_token(mistyped) is None


def test_a_key_admits_its_secret_until_it_is_revoked() -> None:
    key = AccessKey(a_grant(), hash_of("secret"), NOON)
    assert key.admits("secret", NOON)
    assert not key.admits("Secret", NOON)
    assert not replace(key, revoked_at=NOON).admits("secret", NOON)


def test_a_key_admits_its_secret_until_it_expires() -> None:
    key = AccessKey(a_grant(), hash_of("secret"), NOON, expires_at=NOON + timedelta(hours=1))
    assert key.admits("secret", NOON + timedelta(minutes=59))
    assert not key.admits("secret", NOON + timedelta(hours=1))


@given(st.integers(0, 63))
def test_the_whole_hash_of_a_secret_must_be_right(at: int) -> None:
    right = hash_of("secret")
    wrong = right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :]
    assert not AccessKey(a_grant(), wrong, NOON).admits("secret", NOON)


def test_a_secret_is_compared_in_constant_time() -> None:
    """An ordinary comparison ends at the first wrong character, and its time says where that is."""

    class OnlyDigest(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise AssertionError("this comparison does not take constant time")

        __hash__ = str.__hash__

    key = AccessKey(a_grant(), OnlyDigest(hash_of("secret")), NOON)
    assert key.admits("secret", NOON)
    assert not key.admits("Secret", NOON)


def test_a_stored_key_does_not_hold_its_secret() -> None:
    assert "secret-of-the-camera" not in repr(AccessKey(a_grant(), hash_of("secret-of-the-camera"), NOON))
