"""The table of sessions and its fake behave the same."""

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from chalicelib.access.domain import Role
from chalicelib.access.people import Person, a_link, a_session
from chalicelib.access.ports import Sessions
from chalicelib.access.session_table import DynamoDBSessions
from chalicelib.core.errors import LinkUsed, UnreadableRecord
from tests.support.builders import NOON
from tests.support.fake_people import FakeSessions

ADA = Person("ada@example.com", Role.OPERATOR, ("plates", "rings"))
EVA = Person("eva@example.com", Role.ADMIN, ("plates",))


@pytest.fixture(params=["fake", "dynamodb"])
def sessions(request: pytest.FixtureRequest) -> Iterator[Sessions]:
    if request.param == "fake":
        yield FakeSessions()
        return
    with mock_aws():
        yield a_table()


def a_table() -> DynamoDBSessions:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    client.create_table(
        TableName="sessions",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("owner", "session_id")],
        KeySchema=[
            {"AttributeName": "owner", "KeyType": "HASH"},
            {"AttributeName": "session_id", "KeyType": "RANGE"},
        ],
    )
    return DynamoDBSessions(client, "sessions")


def test_a_session_is_found_as_it_was_added(sessions: Sessions) -> None:
    session, _ = a_session(ADA, NOON)
    sessions.add(session)
    assert sessions.find(session.session_id) == session


@pytest.mark.parametrize("session_id", ["4f2a", "s-0123456789abcdef-0123456789abcdef01234567"])
def test_what_is_not_there_is_none(sessions: Sessions, session_id: str) -> None:
    assert sessions.find(session_id) is None
    sessions.end(session_id)


def test_a_link_begins_one_session(sessions: Sessions) -> None:
    (link, _), (first, _), (second, _) = a_link(ADA, NOON), a_session(ADA, NOON), a_session(ADA, NOON)
    sessions.add(link)
    sessions.begin(link.session_id, first, NOON)
    assert sessions.find(first.session_id) == first
    assert sessions.find(link.session_id) == replace(link, used_at=NOON)
    with pytest.raises(LinkUsed, match="12:00 UTC"):
        sessions.begin(link.session_id, second, NOON)
    assert sessions.find(second.session_id) is None


def test_a_link_that_was_taken_back_begins_nothing(sessions: Sessions) -> None:
    (link, _), (session, _) = a_link(ADA, NOON), a_session(ADA, NOON)
    with pytest.raises(LinkUsed, match="taken back"):
        sessions.begin(link.session_id, session, NOON)
    assert sessions.find(session.session_id) is None


def test_all_of_a_person_end_and_nobody_elses(sessions: Sessions) -> None:
    (first, _), (second, _), (hers, _) = a_session(ADA, NOON), a_link(ADA, NOON), a_session(EVA, NOON)
    for each in (first, second, hers):
        sessions.add(each)
    sessions.end(hers.session_id[:-1] + "x")
    assert sessions.end_all(ADA.owner) == 2
    assert sessions.end_all(ADA.owner) == 0
    assert [sessions.find(each.session_id) for each in (first, second, hers)] == [None, None, hers]


@mock_aws
def test_an_item_that_cannot_be_read_is_named() -> None:
    table, (session, _) = a_table(), a_session(ADA, NOON)
    boto3.client("dynamodb", region_name="eu-west-1").put_item(
        TableName="sessions", Item={"owner": {"S": ADA.owner}, "session_id": {"S": session.session_id}}
    )
    with pytest.raises(UnreadableRecord, match="sessions table"):
        table.find(session.session_id)
