"""A link begins one session, once; a session ends when it is ended, when its time is over, and with all others."""

from datetime import timedelta

import pytest

from chalicelib.access.domain import Grant, Role, parse_token, token_of
from chalicelib.access.people import LINK_LASTS, MOST_PROJECTS, SESSION_LASTS, Person, Session, owner_in
from chalicelib.access.sessions import SessionDesk
from chalicelib.core.errors import LinkUsed, SignedOut
from tests.support.builders import NOON, FakeClock
from tests.support.fake_people import FakeSessions

ADA = Person("ada@example.com", Role.OPERATOR, ("plates", "rings"))
MOMENT = timedelta(seconds=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(clock: FakeClock) -> SessionDesk:
    return SessionDesk(FakeSessions(), clock)


def id_of(token: str) -> str:
    return (parse_token(token) or ("", ""))[0]


def test_a_link_begins_a_session_of_its_person(desk: SessionDesk) -> None:
    session, token = desk.begin(desk.new_link(ADA))
    assert (session.person, session.expires_at) == (ADA, NOON + SESSION_LASTS)
    assert desk.authorize(token) == Grant(
        "ada@example.com", Role.OPERATOR, "plates", projects=("plates", "rings"), session=session.session_id
    )


def test_a_link_works_once_and_says_when_it_was_used(desk: SessionDesk) -> None:
    link = desk.new_link(ADA)
    desk.begin(link)
    with pytest.raises(LinkUsed, match="was used on 2026-03-14 at 12:00 UTC"):
        desk.begin(link)


def test_a_link_is_valid_for_a_quarter_of_an_hour(desk: SessionDesk, clock: FakeClock) -> None:
    links = [desk.new_link(ADA), desk.new_link(ADA)]
    clock.now += LINK_LASTS - MOMENT
    desk.begin(links[0])
    clock.now += MOMENT
    with pytest.raises(SignedOut, match="15 minutes are over"):
        desk.begin(links[1])


def test_a_link_is_no_session_and_a_session_no_link(desk: SessionDesk) -> None:
    link = desk.new_link(ADA)
    assert desk.authorize(link) is None
    _, token = desk.begin(link)
    with pytest.raises(SignedOut):
        desk.begin(token)


@pytest.mark.parametrize("token", ["", "lw_1", "eyJhbGciOiJub25lIn0.e30.", "Bearer x"])
def test_what_is_no_token_begins_and_opens_nothing(desk: SessionDesk, token: str) -> None:
    assert desk.authorize(token) is None
    with pytest.raises(SignedOut):
        desk.begin(token)


def test_a_token_names_one_of_the_persons_projects(desk: SessionDesk) -> None:
    _, token = desk.begin_for(ADA)
    chosen = [desk.authorize(f"Bearer {token}/{project}") for project in ("rings", "bolts")]
    assert [each and each.project for each in chosen] == ["rings", None]


def test_a_session_ends_at_once(desk: SessionDesk) -> None:
    (session, token), (_, other) = desk.begin_for(ADA), desk.begin_for(ADA)
    desk.require(session.session_id)
    desk.end(session.session_id)
    desk.end(session.session_id)
    assert desk.authorize(token) is None
    assert desk.authorize(other) is not None
    with pytest.raises(SignedOut, match="sign in again"):
        desk.require(session.session_id)


def test_all_sessions_and_links_of_a_person_end_together_and_nobody_elses(desk: SessionDesk) -> None:
    eva = Person("eva@example.com", Role.ADMIN, ("plates",))
    _, token = desk.begin_for(ADA)
    link, (_, hers) = desk.new_link(ADA), desk.begin_for(eva)
    assert desk.end_all(ADA.name) == 2
    assert desk.authorize(token) is None
    assert desk.authorize(hers) is not None
    with pytest.raises(SignedOut):
        desk.begin(link)


def test_a_session_ends_after_a_working_day(desk: SessionDesk, clock: FakeClock) -> None:
    session, token = desk.begin_for(ADA)
    clock.now += SESSION_LASTS - MOMENT
    assert desk.authorize(token) is not None
    clock.now += MOMENT
    assert desk.authorize(token) is None
    with pytest.raises(SignedOut):
        desk.require(session.session_id)


def test_another_secret_opens_nothing(desk: SessionDesk) -> None:
    _, mine = desk.begin_for(ADA)
    _, other = desk.begin_for(ADA)
    assert id_of(mine) != id_of(other)
    session_id, secret = id_of(mine), (parse_token(other) or ("", ""))[1]
    assert desk.authorize(token_of(session_id, secret)) is None


def test_the_secret_is_not_stored(desk: SessionDesk) -> None:
    session, token = desk.begin_for(ADA)
    secret = (parse_token(token) or ("", ""))[1]
    assert secret not in repr(session)


@pytest.mark.parametrize(
    "key_id", ["4f2a", "s-1", "s-0123456789abcdef-0123", "x-0123456789abcdef-0123456789abcdef01234567"]
)
def test_a_keys_id_is_none_of_a_session(key_id: str) -> None:
    assert owner_in(key_id) is None


@pytest.mark.parametrize(
    ("name", "role", "projects"),
    [
        ("ada lovelace", Role.VIEWER, ("plates",)),
        ("<b>ada</b>", Role.VIEWER, ("plates",)),
        ("a" * 10_000 + "@example.com", Role.VIEWER, ("plates",)),
        ("ada@example.com\n", Role.VIEWER, ("plates",)),
        ("ada", Role.CAMERA, ("plates",)),
        ("ada", Role.VIEWER, ()),
        ("ada", Role.VIEWER, ("plates bolts",)),
        ("ada", Role.VIEWER, tuple(f"p{number}" for number in range(MOST_PROJECTS + 1))),
    ],
)
def test_what_is_no_person_is_refused(name: str, role: Role, projects: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"name|person|project"):
        Person(name, role, projects)


def test_a_session_without_the_persons_project_grants_nothing() -> None:
    session = Session("s-1", ADA, "0" * 64, NOON, NOON)
    assert session.grant("bolts") is None
