"""Records on which the relay gave up are read again from the table's stream."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core.errors import NotSent
from chalicelib.inspections.items import inspection_in, to_item
from chalicelib.recovery.dynamodb_stream import StreamPositions
from tests.support.builders import an_inspection
from tests.support.fake_client import as_client
from tests.support.fake_recovery import a_dead_letter

PAGE = 2
POSITIONS = {"streamArn": "stream", "shardId": "shard", "startSequenceNumber": "101", "endSequenceNumber": "103"}
DEAD_LETTER = a_dead_letter(body=json.dumps({"requestContext": {}, "DDBStreamBatchInfo": POSITIONS}))


@dataclass
class Stream:
    """One open shard with the inspections `a` to `e` at the numbers 100 to 104; some may be trimmed."""

    trimmed: int = 0
    error: str = "TrimmedDataAccessException"
    request: dict[str, str] = field(default_factory=dict)

    def get_shard_iterator(self, **request: str) -> dict[str, str]:
        self.request = request
        start = int(request["SequenceNumber"]) - 100
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
    """The image ids of the records that it received."""

    image_ids: list[str] = field(default_factory=list)

    def __call__(self, changes: Sequence[Mapping[str, Any]]) -> None:
        self.image_ids += [found.image_id for change in changes if (found := inspection_in(change)) is not None]


def test_exactly_the_failed_records_are_relayed() -> None:
    stream, relay = Stream(), Relay()
    StreamPositions(as_client(stream), relay).relay_again(DEAD_LETTER)
    assert relay.image_ids == ["b", "c", "d"]
    assert stream.request["ShardIteratorType"] == "AT_SEQUENCE_NUMBER"


def test_no_later_record_is_relayed_even_if_the_last_failed_one_is_missing() -> None:
    class WithGap(Stream):
        def get_records(self, ShardIterator: str) -> dict[str, Any]:  # noqa: N803
            answer = super().get_records(ShardIterator)
            kept = [record for record in answer["Records"] if record["dynamodb"]["SequenceNumber"] != "103"]
            closed = not answer["Records"]
            return {"Records": kept} if closed else answer | {"Records": kept}

    relay = Relay()
    StreamPositions(as_client(WithGap()), relay).relay_again(DEAD_LETTER)
    assert relay.image_ids == ["b", "c"]


def test_records_that_the_stream_no_longer_has_are_left_to_the_audit() -> None:
    relay = Relay()
    with pytest.raises(NotSent, match="audit --repair"):
        StreamPositions(as_client(Stream(trimmed=2)), relay).relay_again(DEAD_LETTER)
    assert relay.image_ids == []


def test_any_other_error_of_the_stream_is_raised_unchanged() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        StreamPositions(as_client(Stream(trimmed=2, error="AccessDeniedException")), Relay()).relay_again(DEAD_LETTER)
