"""Secrets of keys, sealed by KMS."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.access.ports import CannotUnseal
from chalicelib.core.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

FRESH = timedelta(seconds=30)
MOST_SECRETS = 256
_NOT_OURS = {"InvalidCiphertextException", "IncorrectKeyException", "AccessDeniedException", "NotFoundException"}
"""KMS finds its key in the sealed bytes. That of another stage is denied, or gone."""


class KMSSealer:
    """Encrypts with one KMS key, and the key id as encryption context: a sealed secret moved to another key is useless.

    Unsealed secrets are kept for 30 s in the worker's memory, at most 256 of them.
    """

    def __init__(self, client: "KMSClient", kms_key: str, clock: Clock) -> None:
        self._client = client
        self._kms_key = kms_key
        self._clock = clock
        self._unsealed: dict[tuple[str, bytes], tuple[datetime, str]] = {}

    def seal(self, key_id: str, secret: str) -> bytes:
        """One call of KMS."""
        answer = self._client.encrypt(
            KeyId=self._kms_key, Plaintext=secret.encode(), EncryptionContext=_context_of(key_id)
        )
        return answer["CiphertextBlob"]

    def unseal(self, key_id: str, sealed: bytes) -> str:
        """One call of KMS, unless the secret was unsealed within 30 s. Raises `CannotUnseal`."""
        now, known = self._clock(), self._unsealed.get((key_id, sealed))
        if known is not None and now - known[0] < FRESH:
            return known[1]
        secret = self._decrypted(key_id, sealed)
        if len(self._unsealed) >= MOST_SECRETS:
            self._unsealed.clear()
        self._unsealed[key_id, sealed] = now, secret
        return secret

    def _decrypted(self, key_id: str, sealed: bytes) -> str:
        try:
            answer = self._client.decrypt(CiphertextBlob=sealed, EncryptionContext=_context_of(key_id))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _NOT_OURS:
                raise
            message = f"the sealed secret of key {key_id} is not one that this stage sealed for it ({code})"
            raise CannotUnseal(message) from error
        return answer["Plaintext"].decode()


def _context_of(key_id: str) -> dict[str, str]:
    return {"key_id": key_id}
