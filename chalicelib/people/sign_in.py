"""Begin a session for who signed in at the sign-in page."""

from chalicelib.access.people import Session
from chalicelib.access.sessions import SessionDesk
from chalicelib.core.errors import Forbidden, SignedOut
from chalicelib.people.ports import Code, People, SignInPage


def sign_in(code: Code, *, page: SignInPage, people: People, desk: SessionDesk) -> tuple[Session, str]:
    """A session with its token. `Forbidden` for who has no role; `SignedOut` if the code is not valid.

    The person is read again once the session is stored: who is changed or disabled meanwhile gets none, since those who
    do that end the sessions that they see.
    """
    name = page.redeem(code)
    member = people.find(name)
    if member is None or not member.may_sign_in:
        raise Forbidden("you have an account, but no role in any project: ask an admin to invite you")
    session, token = desk.begin_for(member.person)
    if people.find(name) != member:
        desk.end(session.session_id)
        raise SignedOut("what you may do has just been changed: sign in again")
    return session, token
