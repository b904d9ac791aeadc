"""Dead letters of every kind, for those who send them again."""

import json

from tests.pipeline.account import client
from tests.pipeline.world import World
from tests.rights.needs import arn


def leave_dead_letters(world: World) -> None:
    """One of each kind: of every queue, for a queue and a function, positions of the stream, an item, a large text."""
    name, change = world.settings.name, world.changes()[0]
    _send(world, "inspection", "x" * 256 * 1024)
    world.settle()
    for queue in ("inspection", "unreadable", "results", "alerts"):
        _send(world, f"{queue}-dlq", queue)
    _send(world, "relay-dlq", json.dumps(change))
    _send(world, "events-dlq", "{}", TARGET_ARN=arn("sqs", name("alerts")))
    _send(world, "events-dlq", "{}", TARGET_ARN=arn("lambda", f"function:{name('send_digests')}"))
    streams = client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=name("inspections"))["Streams"]
    positions = {
        "streamArn": stream["StreamArn"],
        "shardId": streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"][0]["ShardId"],
        "startSequenceNumber": change["dynamodb"]["SequenceNumber"],
        "endSequenceNumber": change["dynamodb"]["SequenceNumber"],
    }
    _send(world, "stream-dlq", json.dumps({"DDBStreamBatchInfo": positions}))
    broken = {"inspection_id": {"S": "broken"}, "run": {"S": "live"}, "verdict": {"S": "blue"}}
    client("dynamodb").put_item(TableName=name("inspections"), Item=broken)


def _send(world: World, queue: str, body: str, **attributes: str) -> None:
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    client("sqs").send_message(QueueUrl=world.settings.name(queue), MessageBody=body, MessageAttributes=typed)
