"""The form of a signed file.

A file is one JSON object in the canonical form of RFC 8785 (JSON Canonicalization Scheme), so there is one way to write
what it says, and a byte that differs is found. It has no numbers but whole ones: a share is text with six decimals, so
the RFC's rule for fractions is not needed. Its three parts:

- `body`: what is signed off;
- `statement`: the SHA-256 of the body, who signed it, when, and with which key. It is short enough for a KMS key;
- `signature`: Ed25519 (RFC 8032) of the statement, and the public key.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature

from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.signers import Signer, fingerprint_of, public_key_of

FORM = "linewatch-sign-off-1"
LARGEST = 200_000_000
"""Bytes of a file that is read."""
_LARGEST_NUMBER = 2**53
_PARTS = {
    "body": {"kind"},
    "signature": {"algorithm", "public_key", "value"},
    "statement": {"body_sha256", "form", "key", "kind", "signed_at", "signed_by", "signed_by_identity"},
}
"""The fields that each part must have."""

type Json = dict[str, Any]


class NotSigned(UsageProblem):
    """The file is none that this version can check; the message says why."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file whose form, hash and signature are right. `fingerprint` is that of the key that signed it."""

    body: Json
    statement: Json
    fingerprint: str


def canonical(value: object) -> bytes:
    """The one way to write a value of texts, whole numbers, truths, None, lists and objects with ASCII names.

    ValueError for any other value. The names of an object are sorted by their UTF-16 units, which for ASCII is the
    order of their characters.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _check(value: object) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise ValueError(f"the name {name!r} is not ASCII text")
            _check(each)
    elif isinstance(value, list):
        for each in value:
            _check(each)
    elif isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        raise ValueError(f"the number {value} is too large")
    elif value is not None and not isinstance(value, str | int):
        raise ValueError(f"{value!r} is no text and no whole number")


def signed(body: Json, *, by: str, identity: str, at: datetime, signer: Signer) -> bytes:
    """The file: a body, and the statement and signature of who signs it.

    `by` is a person's name, `identity` what AWS knows the person by, or "".
    """
    statement = {
        "body_sha256": sha256(canonical(body)).hexdigest(),
        "form": FORM,
        "key": fingerprint_of(signer.public_key),
        "kind": body["kind"],
        "signed_at": at.isoformat(timespec="seconds"),
        "signed_by": by,
        "signed_by_identity": identity,
    }
    signature = {
        "algorithm": "Ed25519",
        "public_key": b64encode(signer.public_key).decode(),
        "value": b64encode(signer.sign(canonical(statement))).decode(),
    }
    return canonical({"body": body, "signature": signature, "statement": statement})


def opened(content: bytes) -> SignedFile:
    """The signed file in these bytes. Raises `NotSigned` unless its form, its hash and its signature are right."""
    if len(content) > LARGEST:
        raise NotSigned(f"the file has {len(content)} bytes; at most {LARGEST} are read")
    document = _parsed(content)
    body, statement, signature = (document[name] for name in ("body", "statement", "signature"))
    if statement["form"] != FORM:
        raise NotSigned(f"the file has the form {statement['form']!r}; this version reads {FORM!r}")
    if statement["body_sha256"] != sha256(canonical(body)).hexdigest():
        raise NotSigned("the file was changed: its body is not the one whose SHA-256 was signed")
    if statement["kind"] != body["kind"]:
        raise NotSigned("the file was changed: statement and body are of two kinds")
    try:
        public_key = _bytes(signature["public_key"])
        public_key_of(public_key).verify(_bytes(signature["value"]), canonical(statement))
    except (InvalidSignature, ValueError) as error:
        raise NotSigned("the signature is not one of this statement by this key: the file was changed") from error
    if statement["key"] != fingerprint_of(public_key) or signature["algorithm"] != "Ed25519":
        raise NotSigned("the file was changed: it names another key or algorithm than that of its signature")
    return SignedFile(body, statement, statement["key"])


def _bytes(text: object) -> bytes:
    """Base64, in the one way to write it: its last character may hold bits that mean nothing."""
    found = b64decode(str(text), validate=True)
    if b64encode(found).decode() != text:
        raise ValueError("it is not written as Base64 is")
    return found


def _parsed(content: bytes) -> Json:
    """The three parts, in the one form that they can have."""
    try:
        document = json.loads(content)
        again = canonical(document)
    except (ValueError, RecursionError) as error:
        raise NotSigned(f"the file is no signed file, or was changed: {error}") from error
    if again != content:
        raise NotSigned("the file is not written in the canonical form of RFC 8785: it was changed, or is none of ours")
    for name, fields in _PARTS.items():
        found = document.get(name) if isinstance(document, dict) else None
        if not isinstance(found, dict) or not fields <= found.keys():
            raise NotSigned(f"the file is no signed file: it has no whole {name}")
    return dict(document)
