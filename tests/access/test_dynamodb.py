"""The table of keys and its fake behave the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.access.domain import AccessKey, Grant, Role, hash_of
from chalicelib.access.dynamodb import DynamoDBAccessKeys
from chalicelib.access.ports import AccessKeys
from chalicelib.core.errors import NotFound
from tests.support.builders import NOON
from tests.support.fake_access import FakeAccessKeys
from tests.support.fake_client import EmptyTables, as_client
from tests.support.readable import readable


def a_table() -> DynamoDBAccessKeys:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    client.create_table(
        TableName="keys",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key_id", "KeyType": "HASH"}],
    )
    return DynamoDBAccessKeys(client, "keys")


def a_key(key_id: str = "k1") -> AccessKey:
    grant = Grant(key_id, Role.CAMERA, "plates", ("line-1", "pack-*"), ("cam-?",))
    return AccessKey(grant, hash_of("secret"), created_at=NOON, note="the north hall", sealed_secret=b"sealed")


@pytest.fixture(params=["fake", "dynamodb"])
def keys(request: pytest.FixtureRequest) -> Iterator[AccessKeys]:
    if request.param == "fake":
        yield FakeAccessKeys()
        return
    with mock_aws():
        yield a_table()


def test_a_key_is_found_as_it_was_added(keys: AccessKeys) -> None:
    keys.add(a_key())
    assert keys.find("k1") == a_key()


def test_a_key_without_a_sealed_secret_is_found_as_it_was_added(keys: AccessKeys) -> None:
    old = replace(a_key(), sealed_secret=None)
    keys.add(old)
    assert keys.find("k1") == old


def test_a_key_is_found_with_who_made_it(keys: AccessKeys) -> None:
    made = replace(a_key(), made_by="ada@example.com")
    keys.add(made)
    assert keys.find("k1") == made


def test_a_key_is_found_with_its_expiry(keys: AccessKeys) -> None:
    expiring = replace(a_key(), expires_at=NOON + timedelta(hours=12))
    keys.add(expiring)
    assert keys.find("k1") == expiring


def test_an_unknown_key_is_not_found(keys: AccessKeys) -> None:
    assert keys.find("k1") is None


def test_a_key_never_replaces_another(keys: AccessKeys) -> None:
    keys.add(a_key())
    with pytest.raises(Exception, match=r"never replaces|conditional request failed"):
        keys.add(a_key())


def test_all_keys_are_listed(keys: AccessKeys) -> None:
    for key_id in "cab":
        keys.add(a_key(key_id))
    assert {key.grant.key_id for key in readable(keys.all())} == {"a", "b", "c"}


def test_a_second_revocation_keeps_the_first_time(keys: AccessKeys) -> None:
    keys.add(a_key())
    keys.revoke("k1", NOON)
    keys.revoke("k1", NOON + timedelta(days=1))
    revoked = keys.find("k1")
    assert revoked is not None
    assert revoked.revoked_at == NOON
    assert not revoked.admits("secret", NOON)


def test_keys_are_read_consistently_so_that_a_revocation_works_from_the_next_read_on() -> None:
    tables = EmptyTables()
    keys = DynamoDBAccessKeys(as_client(tables), "keys")
    assert keys.find("k1") is None
    assert list(keys.all()) == []
    assert [request["ConsistentRead"] for request in tables.requests] == [True, True]


def test_an_unknown_key_cannot_be_revoked(keys: AccessKeys) -> None:
    with pytest.raises(NotFound, match="k1"):
        keys.revoke("k1", NOON)
    assert keys.find("k1") is None
