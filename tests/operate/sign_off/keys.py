"""Keys for tests, and a KMS that has Ed25519: neither moto nor the emulator does."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linewatch.operate.sign_off.signers import FileSigner


def a_key() -> FileSigner:
    return FileSigner(Ed25519PrivateKey.generate())


@dataclass
class FakeKms:
    """Keys by id. A request that AWS would refuse is refused."""

    keys: dict[str, FileSigner] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    ending: list[str] = field(default_factory=list)

    def create_key(self, *, KeySpec: str, KeyUsage: str, Description: str, Tags: Any) -> Any:  # noqa: N803
        assert (KeySpec, KeyUsage) == ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
        assert Tags == [{"TagKey": "linewatch-sign-off", "TagValue": "test"}]
        name = f"sign-off-{len(self.keys) + 1}"
        self.keys[name] = a_key()
        return {"KeyMetadata": {"KeyId": name}}

    def create_alias(self, *, AliasName: str, TargetKeyId: str) -> None:  # noqa: N803
        assert AliasName not in self.aliases
        self.aliases[AliasName] = TargetKeyId

    def update_alias(self, *, AliasName: str, TargetKeyId: str) -> None:  # noqa: N803
        assert AliasName in self.aliases
        self.aliases[AliasName] = TargetKeyId

    def delete_alias(self, *, AliasName: str) -> None:  # noqa: N803
        del self.aliases[AliasName]

    def schedule_key_deletion(self, *, KeyId: str, PendingWindowInDays: int) -> None:  # noqa: N803
        assert 7 <= PendingWindowInDays <= 30
        self.ending.append(KeyId)

    def describe_key(self, *, KeyId: str) -> Any:  # noqa: N803
        return {"KeyMetadata": {"KeyId": self._found(KeyId)}}

    def get_public_key(self, *, KeyId: str) -> Any:  # noqa: N803
        return {"PublicKey": self.keys[self._found(KeyId)].public_key}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> Any:  # noqa: N803
        assert (MessageType, SigningAlgorithm) == ("RAW", "ED25519_SHA_512")
        assert len(Message) <= 4096
        return {"Signature": self.keys[self._found(KeyId)].sign(Message)}

    def _found(self, key_id: str) -> str:
        name = self.aliases.get(key_id, key_id)
        if name not in self.keys or name in self.ending:
            raise ClientError({"Error": {"Code": "NotFoundException", "Message": key_id}}, "DescribeKey")
        return name
