"""Builds the people."""

from functools import cached_property

from chalicelib.access.people import Session
from chalicelib.access.wiring import AccessWiring
from chalicelib.aws.platform import Platform
from chalicelib.people.manage import PeopleDesk
from chalicelib.people.ports import Code, People, SignInPage
from chalicelib.people.sign_in import sign_in


class PeopleWiring:
    """The pool of people, the sign-in page, and the use cases on them."""

    def __init__(self, platform: Platform, access: AccessWiring) -> None:
        self._platform = platform
        self.access = access

    @cached_property
    def people(self) -> People:
        """The user pool of this stage."""
        from chalicelib.people.cognito import CognitoPeople, pool_named

        settings, client = self._platform.settings, self._platform.clients.cognito
        return CognitoPeople(client, settings.user_pool or pool_named(client, settings.name("people")))

    @cached_property
    def sign_in_page(self) -> SignInPage:
        """The managed login of that pool."""
        from chalicelib.people.managed_login import ManagedLogin

        client = self._platform.clients.cognito
        return ManagedLogin(client, self.login_address, self._platform.settings.page_client)

    @cached_property
    def login_address(self) -> str:
        """Where people prove who they are; empty where nobody has an account."""
        from chalicelib.people.managed_login import login_address

        settings = self._platform.settings
        if not settings.page_client:
            return ""
        endpoint = self._platform.clients.cognito.meta.endpoint_url
        return login_address(endpoint, settings.bucket, settings.region)

    @cached_property
    def desk(self) -> PeopleDesk:
        """What an admin can do."""
        return PeopleDesk(self.people, self.access.desk)

    def sign_in(self, code: Code) -> tuple[Session, str]:
        """Begin a session for who comes back from the sign-in page."""
        return sign_in(code, page=self.sign_in_page, people=self.people, desk=self.access.desk)
