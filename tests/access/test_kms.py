"""A sealed secret can be unsealed for its own key only."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.access.kms import MOST_SECRETS, KMSSealer
from chalicelib.access.ports import CannotUnseal, Sealer
from tests.support.builders import FakeClock
from tests.support.fake_access import FakeSealer
from tests.support.fake_client import as_client


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "kms"])
def sealer(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Sealer]:
    if request.param == "fake":
        yield FakeSealer()
        return
    with mock_aws():
        yield a_sealer(clock)


def a_sealer(clock: FakeClock) -> KMSSealer:
    client = boto3.client("kms", region_name="eu-west-1")
    key_id = client.create_key()["KeyMetadata"]["KeyId"]
    client.create_alias(AliasName="alias/keys", TargetKeyId=key_id)
    return KMSSealer(client, "alias/keys", clock)


class CountedKMS:
    """Every secret is the same."""

    def __init__(self) -> None:
        self.decrypted = 0

    def decrypt(self, **_: object) -> dict[str, bytes]:
        self.decrypted += 1
        return {"Plaintext": b"secret"}


def test_a_sealed_secret_is_unsealed(sealer: Sealer) -> None:
    assert sealer.unseal("k1", sealer.seal("k1", "secret")) == "secret"


def test_a_secret_that_was_sealed_for_another_key_cannot_be_unsealed(sealer: Sealer) -> None:
    with pytest.raises(CannotUnseal):
        sealer.unseal("k2", sealer.seal("k1", "secret"))


def test_damaged_bytes_cannot_be_unsealed(sealer: Sealer) -> None:
    with pytest.raises(CannotUnseal):
        sealer.unseal("k1", b"damaged")


@mock_aws
def test_a_secret_is_not_stored_in_the_clear() -> None:
    assert b"secret" not in a_sealer(FakeClock()).seal("k1", "secret")


def test_an_unsealed_secret_is_kept_for_half_a_minute(clock: FakeClock) -> None:
    kms = CountedKMS()
    sealer = KMSSealer(as_client(kms), "alias/keys", clock)
    for passed in (0, 10, 19, 2, 10):
        clock.pass_by(passed)
        assert sealer.unseal("k1", b"sealed") == "secret"
    assert kms.decrypted == 2


def test_the_memory_for_secrets_is_bounded(clock: FakeClock) -> None:
    sealer = KMSSealer(as_client(CountedKMS()), "alias/keys", clock)
    for number in range(MOST_SECRETS + 1):
        sealer.unseal(f"k{number}", b"sealed")
    assert len(sealer._unsealed) <= MOST_SECRETS
