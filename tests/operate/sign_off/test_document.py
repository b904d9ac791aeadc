"""A signed file is found changed whatever byte of it is changed, and names the key that signed it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewatch.operate.sign_off.checks import Found, inside, whose_key
from linewatch.operate.sign_off.document import Json, NotSigned, canonical, opened, signed
from linewatch.operate.sign_off.figures import share
from linewatch.operate.sign_off.signers import FileSigner, fingerprint_of, new_key_file, signer_of
from tests.operate.sign_off.keys import a_key

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
BODY: Json = {
    "kind": "report",
    "project": "plates",
    "days": [{"day": "2026-03-14", "tables": []}],
    "figures": {"yield": share(98, 100)},
    "note": 'Kratzer über 3 µm "tief"\n\t傷 😀 =1+1',
}
KEY = a_key()
FILE = signed(BODY, by="Anna Muster", identity="arn:aws:iam::1:user/anna", at=NOW, signer=KEY)


def test_what_was_signed_is_read_as_it_was() -> None:
    found = opened(FILE)
    assert found.body == BODY
    assert (found.statement["signed_by"], found.statement["signed_at"]) == ("Anna Muster", "2026-03-15T08:00:00+00:00")
    assert found.fingerprint == fingerprint_of(KEY.public_key)
    assert {each.found for each in inside(found)} == {Found.RIGHT}


@settings(max_examples=100)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_a_byte_that_is_changed_is_found(at: int, byte: int) -> None:
    changed = FILE[:at] + bytes([byte]) + FILE[at + 1 :]
    if changed != FILE:
        with pytest.raises(NotSigned):
            opened(changed)


@settings(max_examples=60)
@given(st.integers(0, len(FILE)), st.binary(min_size=0, max_size=4), st.integers(0, 4))
def test_bytes_that_are_added_or_missing_are_found(at: int, added: bytes, missing: int) -> None:
    changed = FILE[:at] + added + FILE[at + missing :]
    if changed != FILE:
        with pytest.raises(NotSigned):
            opened(changed)


def test_the_same_content_written_in_another_way_is_no_signed_file() -> None:
    with pytest.raises(NotSigned, match="canonical"):
        opened(json.dumps(json.loads(FILE), ensure_ascii=False, indent=1).encode())


def test_a_new_body_under_an_old_statement_is_found() -> None:
    document = json.loads(FILE)
    document["body"]["figures"]["yield"] = share(99, 100)
    with pytest.raises(NotSigned, match="body"):
        opened(canonical(document))


def test_who_signs_anew_has_another_key() -> None:
    """A forger can change all and sign it; only the fingerprint shows it."""
    forged = opened(signed({**BODY, "project": "rings"}, by="Anna Muster", identity="", at=NOW, signer=a_key()))
    mine = fingerprint_of(KEY.public_key)
    assert whose_key(forged, expected=mine, published=None).found is Found.WRONG
    assert whose_key(forged, expected=None, published=[mine]).found is Found.WRONG
    assert whose_key(forged, expected=None, published=None).found is Found.NOT_CHECKED
    assert whose_key(opened(FILE), expected=mine.upper(), published=None).found is Found.RIGHT


def test_a_share_that_does_not_follow_from_its_count_is_found() -> None:
    wrong = {**BODY, "figures": {"yield": {**share(98, 100), "from": "0.990000"}}}
    checks = inside(opened(signed(wrong, by="a", identity="", at=NOW, signer=KEY)))
    assert [(each.what, "figures.yield" in each.why) for each in checks if each.found is Found.WRONG] == [
        ("shares and intervals", True)
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"": "\x7f\u2028😀"}, '{"":"\x7f\u2028😀"}'),
    ],
)
def test_texts_are_written_as_rfc_8785_says(value: object, text: str) -> None:
    """The second one is from its section 3.2.3."""
    assert canonical(value).decode() == text


@pytest.mark.parametrize("value", [0.5, {"ü": 1}, 2**53, {1: 2}, "\ud800", b"bytes"])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"too large|ASCII|no text|surrogates"):
        canonical(value)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"1", b'{"body":{}}', b"\xff", b"[" * 100_000])
def test_other_files_are_no_signed_files(content: bytes) -> None:
    with pytest.raises(NotSigned):
        opened(content)


def test_a_key_file_signs_again_with_the_same_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("key") / "key.pem"
    file.write_bytes(new_key_file())
    first, second = signer_of(file), signer_of(file)
    assert isinstance(first, FileSigner)
    assert first.sign(b"x") == second.sign(b"x")
