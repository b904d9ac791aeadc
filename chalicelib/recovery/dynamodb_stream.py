"""The table's stream, read again where the relay gave up."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import NotSent
from chalicelib.recovery.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

LOST = "the stream no longer holds these records: `python -m linewatch audit --repair` tells what the lake lacks"


class StreamPositions:
    """Dead letters of Lambda itself: which records it gave up, not what they said. The stream keeps those a day."""

    def __init__(self, client: "DynamoDBStreamsClient", relay: Callable[[Sequence[Mapping[str, Any]]], object]) -> None:
        """`client` is one of DynamoDB Streams."""
        self._client = client
        self._relay = relay

    def relay_again(self, dead_letter: DeadLetter) -> None:
        """Read the records once more and relay them; `NotSent` when the stream has forgotten them."""
        try:
            records = list(self._records(json.loads(dead_letter.body)["DDBStreamBatchInfo"]))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("TrimmedDataAccessException", "ResourceNotFoundException"):
                raise
            raise NotSent(LOST) from error
        self._relay(records)

    def _records(self, given_up: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        last = int(given_up["endSequenceNumber"])
        iterator = self._client.get_shard_iterator(
            StreamArn=given_up["streamArn"],
            ShardId=given_up["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=given_up["startSequenceNumber"],
        )["ShardIterator"]
        while iterator:
            answer = self._client.get_records(ShardIterator=iterator)
            for record in answer["Records"]:
                if int(record["dynamodb"]["SequenceNumber"]) > last:
                    return
                yield record
                if int(record["dynamodb"]["SequenceNumber"]) == last:
                    return
            iterator = answer.get("NextShardIterator")
