"""The handlers in this process, on a deployed stack whose own functions are held: so that their requests are counted.

What AWS does between them is done here: messages are received, records of the stream are read.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from chalicelib.alerts.settings import AlertSettings
from linewatch.dev.bench.fixture import Ready
from linewatch.dev.bench.lambda_events import received_event
from linewatch.dev.bench.log_capture import logged
from linewatch.dev.bench.request_counter import RequestCounter
from linewatch.dev.bench.uploading import upload
from linewatch.project import load_app

AT_ONCE = 10
"""Messages that one ReceiveMessage answers at most."""


@dataclass(frozen=True, slots=True)
class Batches:
    """How many messages or records a handler gets at once."""

    name: str
    inspection: int
    stream: int
    results: int
    alerts: int
    urls: int


FULL = Batches("batch URLs, full batches", inspection=10, stream=100, results=1000, alerts=10, urls=100)
SINGLE_URLS = replace(FULL, name="single URLs, full batches", urls=1)
SINGLY = Batches("single URLs, every image by itself", inspection=1, stream=1, results=60, alerts=1, urls=1)
"""A quiet line: results still come together, in the window of a minute."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What so many images made the handlers ask of AWS, and the largest item and event; the log's size is of all."""

    images: int
    requests: Counter[tuple[str, str]]
    invocations: Counter[str]
    log_bytes: int
    item_bytes: int
    event_bytes: int


def replay_images(it: Ready, images: int, batches: Batches, counter: RequestCounter) -> Replay:
    """Take so many images from the request for a URL to the lake, while the stack's own functions are held."""
    setattr(load_app(), "linewatch", it.linewatch)  # noqa: B010 - a module found at run time
    it.linewatch.alerts.settings = _alert_settings(it)
    counter.forget()
    with logged() as log:
        stream = _latest(it)
        upload(it, images, batches.urls, counter)
        _deliver(it, "inspection", "inspect_images", batches.inspection, counter)
        records = _records(it, stream, images)
        for some in batched(records, batches.stream):
            _invoke("relay_changes", {"Records": list(some)}, counter)
        events = _deliver(it, "results", "archive_results", batches.results, counter)
        _deliver(it, "alerts", "raise_alerts", batches.alerts, counter)
    items = [item_bytes(record["dynamodb"]["NewImage"]) for record in records]
    largest_event = max(len(event.encode()) for event in events)
    return Replay(images, counter.requests, counter.invocations, log.size, max(items), largest_event)


def item_bytes(item: dict[str, dict[str, str]]) -> int:
    """What DynamoDB counts for an item: names and texts in UTF-8, a number by two digits a byte and one more.

    Source: "DynamoDB item sizes and formats", Amazon DynamoDB Developer Guide.
    """
    return sum(len(name) + _value_bytes(*next(iter(value.items()))) for name, value in item.items())


def _value_bytes(kind: str, value: str) -> int:
    return len(value.encode()) if kind == "S" else (len(value.lstrip("-").replace(".", "")) + 1) // 2 + 1


def _alert_settings(it: Ready) -> AlertSettings:
    """Those of the deployed function."""
    name = f"linewatch-{it.stack.stage}-raise_alerts"
    function = it.stack.client("lambda").get_function_configuration(FunctionName=name)
    return AlertSettings.from_environment(function["Environment"]["Variables"])


def _invoke(handler: str, event: dict[str, Any], counter: RequestCounter) -> None:
    with counter.watching(handler):
        getattr(load_app(), handler)(event, None)


def _deliver(it: Ready, queue: str, handler: str, batch: int, counter: RequestCounter) -> list[str]:
    """Everything on the queue to its handler; answers the bodies."""
    sqs = it.stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"linewatch-{it.stack.stage}-{queue}")["QueueUrl"]
    received = [message for some in iter(lambda: _received(sqs, url), []) for message in some]
    for message in received:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    messages = [message for message in received if "s3:TestEvent" not in message["Body"]]
    for some in batched(messages, batch):
        _invoke(handler, received_event(some), counter)
    return [message["Body"] for message in messages]


def _received(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=2)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _latest(it: Ready) -> str:
    """Where the table's stream goes on from now."""
    streams = it.stack.client("dynamodbstreams")
    table = f"linewatch-{it.stack.stage}-inspections"
    stream = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    asked = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "LATEST"}
    iterator: str = streams.get_shard_iterator(**asked)["ShardIterator"]
    return iterator


def _records(it: Ready, iterator: str, count: int) -> list[dict[str, Any]]:
    """So many records of the stream."""
    streams = it.stack.client("dynamodbstreams")
    found: list[dict[str, Any]] = []
    while len(found) < count:
        answer = streams.get_records(ShardIterator=iterator)
        found += answer["Records"]
        iterator = answer["NextShardIterator"]
    return found
