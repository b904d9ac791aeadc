"""Read records of the table's stream again after Lambda gave up on them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import NotSent
from chalicelib.recovery.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

LOST = "the stream no longer has these records: `python -m linewatch audit --repair` finds and repairs what is missing"


class StreamPositions:
    """Lambda's own dead letters. They hold the positions of failed records, which the stream keeps for a day."""

    def __init__(self, client: "DynamoDBStreamsClient", relay: Callable[[Sequence[Mapping[str, Any]]], object]) -> None:
        """`relay` publishes records of the stream."""
        self._client = client
        self._relay = relay

    def relay_again(self, dead_letter: DeadLetter) -> None:
        """Read the records again and relay them; `NotSent` when the stream no longer has them."""
        try:
            records = list(self._records(json.loads(dead_letter.body)["DDBStreamBatchInfo"]))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("TrimmedDataAccessException", "ResourceNotFoundException"):
                raise
            raise NotSent(LOST) from error
        self._relay(records)

    def _records(self, positions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        last = int(positions["endSequenceNumber"])
        iterator = self._client.get_shard_iterator(
            StreamArn=positions["streamArn"],
            ShardId=positions["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=positions["startSequenceNumber"],
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
