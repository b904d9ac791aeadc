"""Examples of signing in and out, and of people."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from chalicelib.access.domain import Role, hash_of, token_of
from chalicelib.access.people import Person, Session
from chalicelib.access.sessions import SessionDesk
from chalicelib.core.errors import SignInUnavailable
from linewatch.dev.openapi.examples import Example
from tests.http.asked import Asked
from tests.support.builders import NOON

ADA = Person("ada@example.com", Role.OPERATOR, ("plates",))
EVA = Person("eva@example.com", Role.ADMIN, ("plates",))
LOGIN = {
    "login": {"code": "code-1", "verifier": "a-text-that-the-page-kept", "redirect_uri": "https://example.com/page"}
}


class KnownDesk(SessionDesk):
    """Gives the same session each time."""

    def begin_for(self, person: Person) -> tuple[Session, str]:
        """As the real one, with known texts."""
        session_id = f"s-{person.owner}-{'5' * 24}"
        session = Session(session_id, person, hash_of("secret"), NOON, NOON + timedelta(hours=12))
        self.sessions.add(session)
        return session, token_of(session_id, "secret")


def of_people(asked: Asked) -> Iterator[Example]:
    """Somebody signs in, an admin invites and changes people, and somebody signs out."""
    api = asked.api
    api.linewatch.access.desk = KnownDesk(api.sessions, api.linewatch.platform.clock)
    for each in (ADA, EVA):
        api.people.add(each)
    api.sign_in_page.codes["code-1"] = ADA.name
    sign_in = partial(asked.ask, "begin_session", request="POST /session", who="ben")
    yield sign_in("by the sign-in page", body=LOGIN)
    yield sign_in("a code that was used", body=LOGIN)
    api.sign_in_page.down = SignInUnavailable("the sign-in service does not answer: try again in a minute")
    yield sign_in("no sign-in service", body=LOGIN)
    admin = partial(asked.ask, who="eva")
    invited = {"name": "max@example.com", "role": "viewer", "projects": ["plates"]}
    yield admin("list_people", "two people", "GET /people")
    yield admin("invite_person", "a viewer", "POST /people", invited)
    yield admin("change_person", "an operator now", "PUT /people/max@example.com", {"role": "operator"})
    yield admin("change_person", "the last admin", "PUT /people/eva@example.com", {"enabled": False})
    yield admin("remove_person", "a person", "DELETE /people/max@example.com")
    for operation, route in (("end_session", "/session"), ("end_sessions", "/sessions")):
        _, asked.tokens["ada"] = api.linewatch.access.desk.begin_for(ADA)
        yield asked.ask(operation, "one session", f"DELETE {route}", who="ada")
