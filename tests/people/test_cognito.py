"""The user pool and its fake behave the same."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.core.errors import NotFound
from chalicelib.core.unreadable import Unreadable
from chalicelib.people.cognito import CognitoPeople, pool_named
from chalicelib.people.domain import Member, Standing
from chalicelib.people.ports import AlreadyInvited, People
from tests.support.fake_people import FakePeople

ADA = Person("ada@example.com", Role.OPERATOR, ("plates", "rings"))
EVA = Person("eva@example.com", Role.ADMIN, ("plates",))


def a_pool(client: Any) -> str:
    """As infra/people.yaml makes it."""
    pool: str = client.create_user_pool(
        PoolName="people",
        UsernameAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[{"Name": "projects", "AttributeDataType": "String", "Mutable": True}],
    )["UserPool"]["Id"]
    for role in ("viewer", "operator", "admin"):
        client.create_group(UserPoolId=pool, GroupName=role)
    return pool


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="eu-west-1")


@pytest.fixture(params=["fake", "cognito"])
def people(request: pytest.FixtureRequest) -> Iterator[People]:
    if request.param == "fake":
        yield FakePeople()
        return
    client = request.getfixturevalue("cognito")
    yield CognitoPeople(client, a_pool(client))


def found(people: People) -> dict[str, tuple[Person, Standing]]:
    return {each.person.name: (each.person, each.standing) for each in people.all() if isinstance(each, Member)}


def test_who_is_invited_is_listed_and_found(people: People) -> None:
    for each in (ADA, EVA):
        people.invite(each)
    assert found(people) == {"ada@example.com": (ADA, Standing.INVITED), "eva@example.com": (EVA, Standing.INVITED)}
    member = people.find("ada@example.com")
    assert member is not None
    assert (member.person, member.standing) == (ADA, Standing.INVITED)


def test_nobody_is_none(people: People) -> None:
    assert people.find("nobody@example.com") is None
    assert found(people) == {}


def test_who_has_not_signed_in_is_invited_again_with_other_rights(people: People) -> None:
    people.invite(ADA)
    again = Person(ADA.name, Role.VIEWER, ("plates",))
    people.invite(again)
    assert found(people) == {ADA.name: (again, Standing.INVITED)}


def test_who_has_signed_in_is_not_invited(people: People) -> None:
    people.invite(ADA)
    people.disable(ADA.name)
    with pytest.raises(AlreadyInvited, match="change the role"):
        people.invite(ADA)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.ADMIN])
def test_a_change_replaces_role_and_projects(people: People, role: Role) -> None:
    people.invite(ADA)
    changed = Person(ADA.name, role, ("bolts",))
    people.change(changed)
    assert found(people)[ADA.name][0] == changed


def test_who_is_disabled_may_not_sign_in_until_enabled(people: People) -> None:
    people.invite(ADA)
    people.disable(ADA.name)
    assert found(people)[ADA.name][1] is Standing.DISABLED
    people.enable(ADA.name)
    assert found(people)[ADA.name][1] is not Standing.DISABLED


def test_who_is_removed_is_gone(people: People) -> None:
    people.invite(ADA)
    people.remove(ADA.name)
    assert people.find(ADA.name) is None
    assert found(people) == {}


def test_an_account_without_a_role_is_nobody_and_an_invitation_gives_what_it_lacks(cognito: Any) -> None:
    """An invitation may end between its requests."""
    pool = a_pool(cognito)
    people = CognitoPeople(cognito, pool)
    cognito.admin_create_user(UserPoolId=pool, Username=ADA.name, UserAttributes=[{"Name": "email", "Value": ADA.name}])
    assert people.find(ADA.name) is None
    people.invite(ADA)
    assert found(people)[ADA.name][0] == ADA


def test_who_signed_in_before_and_lost_the_role_gets_one_again_without_a_password(cognito: Any) -> None:
    pool = a_pool(cognito)
    people = CognitoPeople(cognito, pool)
    people.invite(ADA)
    cognito.admin_set_user_password(UserPoolId=pool, Username=ADA.name, Password="Str0ng-Password", Permanent=True)
    cognito.admin_remove_user_from_group(UserPoolId=pool, Username=ADA.name, GroupName="operator")
    people.invite(ADA)
    assert found(people) == {ADA.name: (ADA, Standing.ACTIVE)}


def test_who_has_two_roles_has_the_stronger_one_and_is_listed_once(cognito: Any) -> None:
    pool = a_pool(cognito)
    people = CognitoPeople(cognito, pool)
    people.invite(ADA)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=ADA.name, GroupName="viewer")
    assert found(people)[ADA.name][0].role is Role.OPERATOR
    assert len(list(people.all())) == 1


def test_an_account_that_cannot_be_read_is_named_and_opens_nothing(cognito: Any) -> None:
    pool = a_pool(cognito)
    people = CognitoPeople(cognito, pool)
    people.invite(ADA)
    wrong = [{"Name": "custom:projects", "Value": "no/project"}]
    cognito.admin_update_user_attributes(UserPoolId=pool, Username=ADA.name, UserAttributes=wrong)
    [unreadable] = people.all()
    assert isinstance(unreadable, Unreadable)
    assert "no/project" in unreadable.reason
    assert people.find(ADA.name) is None


def test_a_pool_is_found_by_its_name(cognito: Any) -> None:
    pool = a_pool(cognito)
    assert pool_named(cognito, "people") == pool
    with pytest.raises(NotFound, match="there is no user pool linewatch-plant-people"):
        pool_named(cognito, "linewatch-plant-people")
