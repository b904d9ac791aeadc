"""Run the handlers in this process, on a deployed stack whose functions are paused, to count their requests.

This module also does AWS's part between the handlers: it receives messages and reads records of the stream.
"""

from collections.abc import Mapping
from itertools import batched
from typing import Any

from chalicelib.alerts.settings import AlertSettings
from chalicelib.core.errors import LinewatchError
from linewatch.cost.billing import AT_ONCE
from linewatch.cost.counted import Batches, Replay
from linewatch.dev.bench.fixture import PROJECT, Fixture
from linewatch.dev.bench.lambda_events import received_event
from linewatch.dev.bench.log_capture import log_captured
from linewatch.dev.bench.request_counter import RequestCounter
from linewatch.dev.bench.uploading import upload
from linewatch.project import load_app


class NotCounted(LinewatchError):
    """Requests were made that the counter did not hear."""


def replay_images(
    fixture: Fixture, images: int, batches: Batches, counter: RequestCounter, overhead_ms: Mapping[str, float]
) -> Replay:
    """Take images from the request for a URL to the lake. The stack's functions must be paused."""
    setattr(load_app(), "linewatch", fixture.linewatch)  # noqa: B010 - a module found at run time
    fixture.linewatch.alerts.settings = _alert_settings(fixture)
    counter.reset()
    with log_captured() as log:
        stream = _stream_end(fixture)
        upload(fixture, images, batches.urls, counter)
        _deliver(fixture, "uploads", "route_images", batches.inspection, counter)
        _deliver(fixture, _project_queue(fixture), "inspect_images", batches.inspection, counter)
        records = _records(fixture, stream, images)
        for some in batched(records, batches.stream):
            _invoke("relay_changes", {"Records": list(some)}, counter)
        events = _deliver(fixture, "results", "archive_results", batches.results, counter)
        alerts = _deliver(fixture, "alerts", "raise_alerts", batches.alerts, counter)
    if counter.requests["inspect_images", "s3.GetObject"] < images:
        raise NotCounted("the counter does not hear every client: it must listen before Linewatch makes them")
    items = [item_bytes(record["dynamodb"]["NewImage"]) for record in records]
    largest_event = max(len(event.encode()) for event in events)
    return Replay(
        images=images,
        alerts=len(alerts),
        requests=counter.requests,
        invocations=counter.invocations,
        log_bytes=log.size,
        item_bytes=max(items),
        event_bytes=largest_event,
        overhead_ms=overhead_ms,
    )


def item_bytes(item: Mapping[str, Any]) -> int:
    """An item's size as DynamoDB counts it: UTF-8 of names and strings; a number has a byte for two digits, plus one.

    A list or a map has three bytes, and one for each element, plus the elements and their names.

    Source: "DynamoDB item sizes and formats", Amazon DynamoDB Developer Guide.
    """
    return sum(len(name) + _value_bytes(*next(iter(value.items()))) for name, value in item.items())


def _value_bytes(kind: str, value: Any) -> int:
    match kind:
        case "S":
            return len(value.encode())
        case "L":
            return 3 + sum(1 + _value_bytes(*next(iter(each.items()))) for each in value)
        case "M":
            return 3 + len(value) + item_bytes(value)
        case _:
            return (len(value.lstrip("-").replace(".", "")) + 1) // 2 + 1


def _alert_settings(fixture: Fixture) -> AlertSettings:
    """The settings of the deployed function."""
    name = f"linewatch-{fixture.stack.stage}-raise_alerts"
    function = fixture.stack.client("lambda").get_function_configuration(FunctionName=name)
    return AlertSettings.from_environment(function["Environment"]["Variables"])


def _invoke(handler: str, event: dict[str, Any], counter: RequestCounter) -> None:
    with counter.watching(handler):
        getattr(load_app(), handler)(event, None)


def _deliver(fixture: Fixture, queue: str, handler: str, batch: int, counter: RequestCounter) -> list[str]:
    """Pass all messages of the queue to its handler. Returns their bodies."""
    sqs = fixture.stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"linewatch-{fixture.stack.stage}-{queue}")["QueueUrl"]
    received = [message for some in iter(lambda: _received(sqs, url), []) for message in some]
    for message in received:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    messages = [message for message in received if "s3:TestEvent" not in message["Body"]]
    for some in batched(messages, batch):
        _invoke(handler, received_event(some), counter)
    return [message["Body"] for message in messages]


def _project_queue(fixture: Fixture) -> str:
    settings = fixture.linewatch.platform.settings
    return settings.project_queue(PROJECT).removeprefix(settings.name(""))


def _received(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=2)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _stream_end(fixture: Fixture) -> str:
    """An iterator at the current end of the table's stream."""
    streams = fixture.stack.client("dynamodbstreams")
    table = f"linewatch-{fixture.stack.stage}-inspections"
    stream = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    position = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "LATEST"}
    iterator: str = streams.get_shard_iterator(**position)["ShardIterator"]
    return iterator


def _records(fixture: Fixture, iterator: str, count: int) -> list[dict[str, Any]]:
    """The next `count` records of the stream."""
    streams = fixture.stack.client("dynamodbstreams")
    records: list[dict[str, Any]] = []
    while len(records) < count:
        answer = streams.get_records(ShardIterator=iterator)
        records += answer["Records"]
        iterator = answer["NextShardIterator"]
    return records
