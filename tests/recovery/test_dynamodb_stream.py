"""Records that the relay gave up are read again from the table's stream."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core.errors import NotSent
from chalicelib.inspections.dynamodb import inspection_in, to_item
from chalicelib.recovery.dynamodb_stream import StreamPositions
from tests.support.builders import an_inspection
from tests.support.fake_client import as_client
from tests.support.fake_recovery import a_dead_letter

PAGE = 2
GIVEN_UP = {"streamArn": "stream", "shardId": "shard", "startSequenceNumber": "101", "endSequenceNumber": "103"}
LETTER = a_dead_letter(body=json.dumps({"requestContext": {}, "DDBStreamBatchInfo": GIVEN_UP}))


@dataclass
class Stream:
    """One open shard with the inspections `a` to `e` under the numbers from 100 on; some may be trimmed."""

    trimmed: int = 0
    error: str = "TrimmedDataAccessException"
    asked: dict[str, str] = field(default_factory=dict)

    def get_shard_iterator(self, **asked: str) -> dict[str, str]:
        self.asked = asked
        start = int(asked["SequenceNumber"]) - 100
        if start < self.trimmed:
            raise ClientError({"Error": {"Code": self.error, "Message": "too old"}}, "GetShardIterator")
        return {"ShardIterator": str(start)}

    def get_records(self, ShardIterator: str) -> dict[str, Any]:  # noqa: N803
        start = int(ShardIterator)
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {"SequenceNumber": str(100 + at), "NewImage": to_item(an_inspection("abcde"[at]))},
            }
            for at in range(start, min(start + PAGE, 5))
        ]
        return {"Records": records, "NextShardIterator": str(start + PAGE)}


@dataclass
class Relay:
    """What it was given."""

    told: list[str] = field(default_factory=list)

    def __call__(self, changes: Sequence[Mapping[str, Any]]) -> None:
        self.told += [found.image_id for change in changes if (found := inspection_in(change)) is not None]


def test_exactly_the_records_that_were_given_up_are_relayed() -> None:
    stream, relay = Stream(), Relay()
    StreamPositions(as_client(stream), relay).relay_again(LETTER)
    assert relay.told == ["b", "c", "d"]
    assert stream.asked["ShardIteratorType"] == "AT_SEQUENCE_NUMBER"


def test_records_that_the_stream_has_forgotten_are_left_to_the_audit() -> None:
    relay = Relay()
    with pytest.raises(NotSent, match="audit --repair"):
        StreamPositions(as_client(Stream(trimmed=2)), relay).relay_again(LETTER)
    assert relay.told == []


def test_any_other_refusal_of_the_stream_is_told_as_it_is() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        StreamPositions(as_client(Stream(trimmed=2, error="AccessDeniedException")), Relay()).relay_again(LETTER)
