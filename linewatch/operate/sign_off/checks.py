"""What was checked of a signed file, what was not, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linewatch.operate.sign_off.document import SignedFile
from linewatch.operate.sign_off.figures import share, shares_in
from linewatch.operate.sign_off.training_body import KIND as TRAINING
from linewatch.operate.sign_off.training_body import figures_of


class Found(StrEnum):
    """How a check ended."""

    RIGHT = "ok"
    WRONG = "WRONG"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing, how its check ended, and what was compared or why it was not."""

    what: str
    found: Found
    why: str

    @classmethod
    def of(cls, what: str, right: bool, why: str) -> "Check":
        """A check that was made."""
        return cls(what, Found.RIGHT if right else Found.WRONG, why)


def not_checked(what: str, why: str) -> Check:
    """A check that could not be made."""
    return Check(what, Found.NOT_CHECKED, why)


def inside(file: SignedFile) -> Iterator[Check]:
    """What the file shows by itself, after `opened` found its form, hash and signature right."""
    said = file.statement
    yield Check.of("form", True, f"{said['form']}, each byte as RFC 8785 has it")
    yield Check.of("hash", True, f"the statement names the SHA-256 of the body, {said['body_sha256'][:16]}...")
    yield Check.of("signature", True, f"Ed25519 of the statement by the key {file.fingerprint}")
    yield _intervals(file)
    if file.body["kind"] == TRAINING:
        yield _counts(file.body)


def _intervals(file: SignedFile) -> Check:
    shares = shares_in(file.body)
    wrong = [path for path, each in shares if share(each["count"], each["of"]) != each]
    why = f"differ from their counts: {', '.join(wrong)}" if wrong else f"{len(shares)} computed anew from their counts"
    return Check.of("shares and intervals", not wrong, why)


def _counts(body: dict[str, Any]) -> Check:
    again = figures_of(body["images"])
    right = again == body["figures"]
    why = f"counted anew from the {len(body['images'])} images in the file"
    return Check.of("figures", right, why if right else f"{why}: {again}")


def whose_key(file: SignedFile, *, expected: str | None, published: Sequence[str] | None) -> Check:
    """Whether the key is the one that is expected, or one that the stage has published.

    `published` are fingerprints; None if no stage was asked.
    """
    what = "whose key"
    if expected is not None:
        return Check.of(what, file.fingerprint == expected.lower(), f"compared with the fingerprint {expected}")
    if published is not None:
        where = "the keys that the stage has published"
        return Check.of(what, file.fingerprint in published, f"compared with {where} ({len(published)})")
    return not_checked(what, "anybody can sign with a key of their own: give --fingerprint, or the stage with --stage")
