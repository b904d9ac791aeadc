"""The key of a stage: made and rotated in KMS, and the public keys that it has published in the bucket."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.signers import KmsSigner, Signer, fingerprint_of
from linewatch.stack.signing_key import PENDING_DAYS, TAG, SigningKey

FOLDER = "sign-off/keys/"
"""In the bucket: a file for each public key, `<fingerprint>.json`. They are never deleted."""
KIND = "ECC_NIST_EDWARDS25519"


@dataclass(frozen=True)
class StageKeys:
    """The keys of a stage. `kms` and `s3` are clients of its account and region."""

    kms: Any
    s3: Any
    stage: str
    bucket: str

    @property
    def _key(self) -> SigningKey:
        return SigningKey(self.stage, self.kms)

    def signer(self) -> KmsSigner:
        """The key that signs now. Raises `UsageProblem` if there is none."""
        if self._key.found() is None:
            raise UsageProblem("the stage has no key to sign with: make one with `linewatch sign-off key`")
        return KmsSigner(self.kms, self._key.name)

    def create(self, at: datetime, *, replace: bool) -> str:
        """Make a key, publish it, and let it sign from now on; return its fingerprint.

        With `replace`, the key before it signs no more and is deleted by KMS 30 days later. Raises `UsageProblem`.
        """
        before = self._key.found()
        if before is not None and not replace:
            raise UsageProblem("the stage has a key: give --rotate to replace it")
        made = self.kms.create_key(
            KeySpec=KIND,
            KeyUsage="SIGN_VERIFY",
            Description=f"Signs off reports and trainings of {self.stage}",
            Tags=[{"TagKey": TAG, "TagValue": self.stage}],
        )["KeyMetadata"]["KeyId"]
        fingerprint = self.publish(KmsSigner(self.kms, made), at, note=made)
        if before is None:
            self.kms.create_alias(AliasName=self._key.name, TargetKeyId=made)
        else:
            self.kms.update_alias(AliasName=self._key.name, TargetKeyId=made)
            self.kms.schedule_key_deletion(KeyId=before, PendingWindowInDays=PENDING_DAYS)
        return fingerprint

    def publish(self, signer: Signer, at: datetime, *, note: str) -> str:
        """Put a public key into the bucket, unless it is there; return its fingerprint."""
        fingerprint = fingerprint_of(signer.public_key)
        said = {
            "fingerprint": fingerprint,
            "public_key": b64encode(signer.public_key).decode(),
            "published_at": at.isoformat(timespec="seconds"),
            "note": note,
        }
        try:
            self.s3.put_object(
                Bucket=self.bucket, Key=f"{FOLDER}{fingerprint}.json", Body=json.dumps(said).encode(), IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        return fingerprint

    def published(self) -> list[str]:
        """The fingerprints of all keys that the stage ever published."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=FOLDER)
        keys = (each["Key"] for page in pages for each in page.get("Contents", []))
        return [key.removeprefix(FOLDER).removesuffix(".json") for key in keys]
