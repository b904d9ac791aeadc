"""The key in KMS with which a stage signs: `linewatch sign-off key` makes it, so no template knows it."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

TAG = "linewatch-sign-off"
"""Each such key has this tag, with the stage's name: the policies for those who sign allow no other key."""
PENDING_DAYS = 30
"""After so many days KMS deletes a key that was replaced or removed. What it signed can still be checked."""


@dataclass(frozen=True)
class SigningKey:
    """The key that signs for a stage, if it has one."""

    stage: str
    _kms: Any

    @property
    def name(self) -> str:
        """The alias of the key that signs now."""
        return f"alias/linewatch-{self.stage}-sign-off"

    def found(self) -> str | None:
        """Its id; None if there is none, or none that stays."""
        try:
            key = self._kms.describe_key(KeyId=self.name)["KeyMetadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
            return None
        return None if key.get("KeyState") == "PendingDeletion" else str(key["KeyId"])

    def describe(self) -> str | None:
        """What it costs, and how it goes."""
        if self.found() is None:
            return None
        return f"KMS key {self.name}, which signs: 1.00 USD a month; deleted, it is gone after {PENDING_DAYS} days"

    def delete(self) -> None:
        """KMS deletes it 30 days later. Until then it signs nothing, and the deletion can be cancelled."""
        if (key := self.found()) is not None:
            self._kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=PENDING_DAYS)
            self._kms.delete_alias(AliasName=self.name)
