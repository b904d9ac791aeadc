"""Keys that sign: one in KMS, which never leaves it, or one in a file."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from linewatch.errors import UsageProblem

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

LONGEST_MESSAGE = 4096
"""Bytes that KMS signs as they are."""


class Signer(Protocol):
    """Who signs."""

    @property
    def public_key(self) -> bytes:
        """The public key as DER (SubjectPublicKeyInfo)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of a message of up to 4096 bytes."""
        ...


def fingerprint_of(public_key: bytes) -> str:
    """The SHA-256 of a public key as DER, in hexadecimal digits: by this people know a key."""
    return sha256(public_key).hexdigest()


def public_key_of(der: bytes) -> Ed25519PublicKey:
    """The key; ValueError if it is none of Ed25519."""
    try:
        key = load_der_public_key(der)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is no Ed25519 key")  # noqa: TRY004 - as for other bytes that are no such key
    return key


@dataclass(frozen=True)
class KmsSigner:
    """A KMS key of the kind ECC_NIST_EDWARDS25519, by its id, ARN or alias."""

    client: "KMSClient"
    key_id: str

    @cached_property
    def public_key(self) -> bytes:
        """One call of KMS."""
        return bytes(self.client.get_public_key(KeyId=self.key_id)["PublicKey"])

    def sign(self, message: bytes) -> bytes:
        """One call of KMS, which writes it to CloudTrail."""
        if len(message) > LONGEST_MESSAGE:
            raise ValueError(f"KMS signs up to {LONGEST_MESSAGE} bytes, not {len(message)}")
        answer = self.client.sign(
            KeyId=self.key_id, Message=message, MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
        )
        return bytes(answer["Signature"])


@dataclass(frozen=True)
class FileSigner:
    """A private key in memory."""

    key: Ed25519PrivateKey

    @cached_property
    def public_key(self) -> bytes:
        """Made of the private key."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        """At once."""
        return self.key.sign(message)


def signer_of(file: Path) -> FileSigner:
    """The key of a PEM file without a password, as `openssl genpkey -algorithm ed25519` writes it. `UsageProblem`."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageProblem(f"{file} is no PEM file of a private key without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageProblem(f"{file} holds a key of another kind: make one with `linewatch sign-off key --file`")
    return FileSigner(key)


def new_key_file() -> bytes:
    """The PEM file of a new private key."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
