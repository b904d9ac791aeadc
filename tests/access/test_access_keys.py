"""A token is shown once and is valid until its key is revoked."""

from datetime import timedelta

import pytest

from chalicelib.access.access_keys import authorize, issue_key, require
from chalicelib.access.domain import AccessKey, Grant, Role, parse_token, token_of
from chalicelib.core.errors import Forbidden
from tests.support.builders import NOON, FakeClock
from tests.support.fake_access import FakeAccessKeys, FakeSealer


@pytest.fixture
def keys() -> FakeAccessKeys:
    return FakeAccessKeys()


def issued(keys: FakeAccessKeys, project: str = "plates") -> tuple[AccessKey, str]:
    return issue_key(Role.CAMERA, project, lines=["line-1"], keys=keys, sealer=FakeSealer(), clock=FakeClock())


def test_an_issued_token_has_the_grant_of_its_key(keys: FakeAccessKeys) -> None:
    key, token = issued(keys)
    assert authorize(token, keys=keys, clock=FakeClock()) == Grant(
        key.grant.key_id, Role.CAMERA, "plates", ("line-1",), ("*",)
    )


def test_a_secret_has_256_random_bits(keys: FakeAccessKeys) -> None:
    _, token = issued(keys)
    parts = parse_token(token)
    assert parts is not None
    assert len(bytes.fromhex(parts[1])) == 32


def test_a_wrong_secret_has_no_grant(keys: FakeAccessKeys) -> None:
    key, _ = issued(keys)
    assert authorize(token_of(key.grant.key_id, "0" * 64), keys=keys, clock=FakeClock()) is None


def test_an_unknown_key_has_no_grant(keys: FakeAccessKeys) -> None:
    assert authorize(token_of("unknown", "secret"), keys=keys, clock=FakeClock()) is None


@pytest.mark.parametrize("token", ["allow", "lw_unknown_secret", f"lw_{1:012x}_{2:064x}00000000"])
def test_a_malformed_token_has_no_grant_and_costs_no_read(token: str) -> None:
    class Unread(FakeAccessKeys):
        def find(self, key_id: str) -> AccessKey | None:
            raise AssertionError(f"{key_id} was looked up")

    assert authorize(token, keys=Unread(), clock=FakeClock()) is None


def test_a_revoked_key_is_refused(keys: FakeAccessKeys) -> None:
    key, token = issued(keys)
    keys.revoke(key.grant.key_id, NOON)
    assert authorize(token, keys=keys, clock=FakeClock()) is None


def test_an_expired_key_is_refused(keys: FakeAccessKeys) -> None:
    clock, lifetime = FakeClock(), timedelta(hours=12)
    _, token = issue_key(Role.VIEWER, "plates", lifetime=lifetime, keys=keys, sealer=FakeSealer(), clock=clock)
    assert authorize(token, keys=keys, clock=clock) is not None
    clock.pass_by(lifetime.total_seconds())
    assert authorize(token, keys=keys, clock=clock) is None


def test_a_key_with_an_invalid_project_is_not_stored(keys: FakeAccessKeys) -> None:
    with pytest.raises(ValueError, match="project"):
        issued(keys, project="a b")
    assert not keys.keys


def test_a_refusal_names_the_request_and_the_scope_of_the_key() -> None:
    grant = Grant("k", Role.CAMERA, "plates", ("line-1",), ("cam-*",))
    require(grant, line="line-1", camera="cam-2")
    with pytest.raises(
        Forbidden, match=r"line line-1 camera other; it covers project plates, lines line-1, cameras cam-"
    ):
        require(grant, line="line-1", camera="other")
    with pytest.raises(Forbidden, match="project bolts line line-1"):
        require(grant, project="bolts", line="line-1")
