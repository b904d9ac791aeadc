"""Sessions: begin one by a link, check its token, end it."""

from dataclasses import dataclass

from chalicelib.access.domain import Grant, parse_token, project_of
from chalicelib.access.people import SESSION_LASTS, Person, Session, a_link, a_session, is_link, owner_of
from chalicelib.access.ports import Sessions
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import SignedOut, UnreadableRecord

_hours = SESSION_LASTS.seconds // 3600


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """Gives out sessions and takes them back. Whatever it answers is true of the store at that moment."""

    sessions: Sessions
    clock: Clock

    def new_link(self, person: Person) -> str:
        """A token that begins one session of this person, once, within 15 minutes."""
        link, token = a_link(person, self.clock())
        self.sessions.add(link)
        return token

    def begin(self, token: str) -> tuple[Session, str]:
        """A session with its token, for that of a link. `SignedOut` or `LinkUsed` says why there is none.

        The link is used up and the session is stored together: both or neither.
        """
        now = self.clock()
        link = self._found(token, links=True)
        if link is None:
            raise SignedOut("this sign-in link is not valid, or its 15 minutes are over: ask for another one")
        session, session_token = a_session(link.person, now)
        self.sessions.begin(link.session_id, session, now)
        return session, session_token

    def begin_for(self, person: Person) -> tuple[Session, str]:
        """A session with its token for a person who proved who they are."""
        session, token = a_session(person, self.clock())
        self.sessions.add(session)
        return session, token

    def authorize(self, token: str) -> Grant | None:
        """The grant of a session's token; None when it has ended, or the project that it names is not the person's."""
        session = self._found(token, links=False)
        return None if session is None else session.grant(project_of(token))

    def require(self, session_id: str) -> None:
        """`SignedOut` unless the session is still there."""
        session = self.sessions.find(session_id)
        if session is None or self.clock() >= session.expires_at:
            raise SignedOut(f"the session has ended: sign in again. A session lasts {_hours} hours")

    def end(self, session_id: str) -> None:
        """End one session, at once. To end it again changes nothing."""
        self.sessions.end(session_id)

    def end_all(self, name: str) -> int:
        """End all sessions of a person, and links that were not used; how many."""
        return self.sessions.end_all(owner_of(name))

    def _found(self, token: str, *, links: bool) -> Session | None:
        parts = parse_token(token)
        if parts is None or is_link(parts[0]) != links:
            return None
        try:
            session = self.sessions.find(parts[0])
        except UnreadableRecord as error:
            log_unreadable([error.unreadable])
            return None
        return session if session is not None and session.admits(parts[1], self.clock()) else None
