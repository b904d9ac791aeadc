"""The pool of people: a user pool of Amazon Cognito. A role is a group, the projects are an attribute."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.access.domain import PEOPLE, Role
from chalicelib.access.people import Person
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import NotFound
from chalicelib.core.unreadable import Unreadable
from chalicelib.people.domain import Member, Standing
from chalicelib.people.ports import AlreadyInvited

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

PROJECTS = "custom:projects"
_INVITED = "FORCE_CHANGE_PASSWORD"
_STRONGEST_FIRST = (Role.ADMIN, Role.OPERATOR, Role.VIEWER)


class CognitoPeople:
    """Reads and changes the pool. Without a group somebody has an account, but is nobody here."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool: str) -> None:
        self._client = client
        self._pool = pool

    def all(self) -> Iterator[Member | Unreadable]:
        """One request for each role and 60 people."""
        seen: set[str] = set()
        pages = self._client.get_paginator("list_users_in_group")
        for role in _STRONGEST_FIRST:
            for page in pages.paginate(UserPoolId=self._pool, GroupName=role):
                for user in page["Users"]:
                    if user["Username"] not in seen:
                        seen.add(user["Username"])
                        yield _read(user, user["Attributes"], role)

    def find(self, name: str) -> Member | None:
        """Two requests. A person that cannot be read is none."""
        try:
            user = self._client.admin_get_user(UserPoolId=self._pool, Username=name)
        except self._client.exceptions.UserNotFoundException:
            return None
        groups = self._groups_of(user["Username"])
        role = next((each for each in _STRONGEST_FIRST if each in groups), None)
        member = None if role is None else _read(user, user["UserAttributes"], role)
        return member if isinstance(member, Member) else None

    def invite(self, person: Person) -> None:
        """Create the account, then give role and projects. An account without a role gets what it lacks."""
        try:
            self._create(person)
        except self._client.exceptions.UsernameExistsException:
            known = self.find(person.name)
            if known is not None and known.standing is not Standing.INVITED:
                raise AlreadyInvited(f"{person.name} has an account: change the role or the projects") from None
            self._send_again(person)
        self.change(person)

    def change(self, person: Person) -> None:
        """The new group first: who loses rights has both for a moment, and never none that an error would keep."""
        name = person.name
        projects: list[AttributeTypeTypeDef] = [{"Name": PROJECTS, "Value": " ".join(person.projects)}]
        self._client.admin_update_user_attributes(UserPoolId=self._pool, Username=name, UserAttributes=projects)
        self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=name, GroupName=person.role)
        for group in self._groups_of(name) & PEOPLE - {person.role}:
            self._client.admin_remove_user_from_group(UserPoolId=self._pool, Username=name, GroupName=group)

    def enable(self, name: str) -> None:
        """They may sign in again."""
        self._client.admin_enable_user(UserPoolId=self._pool, Username=name)

    def disable(self, name: str) -> None:
        """They may no longer sign in."""
        self._client.admin_disable_user(UserPoolId=self._pool, Username=name)

    def remove(self, name: str) -> None:
        """Delete the account."""
        self._client.admin_delete_user(UserPoolId=self._pool, Username=name)

    def _send_again(self, person: Person) -> None:
        """Who has signed in before, and lost the role since, needs no password."""
        with suppress(self._client.exceptions.UnsupportedUserStateException):
            self._create(person, MessageAction="RESEND")

    def _create(self, person: Person, **options: Any) -> None:
        given = {"email": person.name, "email_verified": "true"}
        self._client.admin_create_user(
            UserPoolId=self._pool,
            Username=person.name,
            UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
            DesiredDeliveryMediums=["EMAIL"],
            **options,
        )

    def _groups_of(self, name: str) -> set[str]:
        pages = self._client.get_paginator("admin_list_groups_for_user")
        answers = pages.paginate(UserPoolId=self._pool, Username=name)
        return {group["GroupName"] for page in answers for group in page["Groups"]}


def pool_named(client: "CognitoIdentityProviderClient", name: str) -> str:
    """The id of the pool with this name; `NotFound` without one."""
    for page in client.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60}):
        for pool in page["UserPools"]:
            if pool.get("Name") == name:
                return pool["Id"]
    raise NotFound(f"there is no user pool {name}: deploy this stage again")


def _read(user: Mapping[str, Any], attributes: list[Any], role: Role) -> Member | Unreadable:
    try:
        text = {each["Name"]: each["Value"] for each in attributes}
        person = Person(text["email"].lower(), role, tuple(text[PROJECTS].split()))
        standing = Standing.INVITED if user["UserStatus"] == _INVITED else Standing.ACTIVE
        return Member(person, standing if user["Enabled"] else Standing.DISABLED, user["UserCreateDate"])
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the account is its reason
        return Unreadable("user pool", str(user["Username"]), describe_error(error))
