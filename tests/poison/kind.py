"""One kind of poison: where it is put, and the marks by which its end is found."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from chalicelib.aws.settings import Settings
from chalicelib.core.events import ImageInspected, InspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.poison.world import PoisonedWorld
from tests.support.builders import NOON, an_inspection

PROJECT = "plates"
LINE = "line-1"
"""All poison goes to this line of the project, as far as it names a line."""
DAY = "2026-03-14"
MARK = "poison"
"""Every mark begins with it."""


TABLE = "table of inspections and its stream"


@dataclass(frozen=True)
class Trace:
    """One thing whose end must be found.

    `marks` are texts: each is in nothing else. `body` is the whole body of a message without a mark of its own.
    With `verdict`, only an inspection with this verdict is an end; for an item that was put `by_hand`, no item is.
    A `harmless` thing asks for nothing, so it needs no end; it must only not stop the rest. A dead letter must have the
    error that made it one, unless it came `unexplained`.
    """

    marks: tuple[str, ...] = ()
    body: str | None = None
    verdict: Verdict | None = None
    by_hand: bool = False
    harmless: bool = False
    unexplained: bool = False


@dataclass(frozen=True)
class Refused:
    """The poison did not get in. The reason is its end."""

    reason: str


@dataclass(frozen=True)
class Unanswered:
    """Linewatch raised an error where it should have answered."""

    reason: str


type Put = Sequence[Trace] | Trace | Refused | Unanswered


@dataclass(frozen=True)
class Kind:
    """A kind of poison: what is wrong (`name`) on which `surface`."""

    surface: str
    name: str
    put: Callable[["Site"], Put] = field(compare=False)

    @property
    def by_hand(self) -> bool:
        """Whether it writes an item of the table of inspections itself. Elsewhere Linewatch wrote every item."""
        return self.surface == TABLE

    def __str__(self) -> str:
        return f"{self.surface}: {self.name}"


class Kinds(NamedTuple):
    """A surface to which kinds are added, in order."""

    surface: str
    found: list[Kind]

    def add(self, name: str, put: Callable[..., Put], **options: Any) -> None:
        """Add a kind, which is put by `put(site, **options)`."""
        self.found.append(Kind(self.surface, name, partial(put, **options)))


@dataclass(frozen=True)
class Site:
    """Where one kind is put. `mark` is in everything that the kind writes, as far as its form allows."""

    world: PoisonedWorld
    mark: str

    @property
    def settings(self) -> Settings:
        """The settings of the stage."""
        return self.world.settings

    @property
    def key(self) -> str:
        """The key of an image of this kind."""
        return f"images/{PROJECT}/{LINE}/cam-1/{DAY}/{self.mark}"

    def send(self, queue: str, body: str, *, marks: Sequence[str] = (), **attributes: Any) -> Put:
        """Put a message on a queue; its trace, or the queue's refusal. `attributes` are SQS message attributes."""
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=self.settings.name(queue))["QueueUrl"]
        try:
            sent = sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
        except Exception as error:  # noqa: BLE001 - the queue's own limits are an end
            return Refused(f"{type(error).__name__}: {error}"[:200])
        return Trace((sent["MessageId"], self.mark, *marks), body)

    def store(self, key: str, content: bytes, **options: Any) -> str:
        """Put an object; return its ETag without quotes."""
        stored = client("s3").put_object(Bucket=self.settings.bucket, Key=key, Body=content, **options)
        return str(stored["ETag"]).strip('"')

    def store_unannounced(self, key: str, content: bytes, **options: Any) -> str:
        """Put an object whose notification is lost; return its ETag."""
        etag = self.store(key, content, **options)
        queue = self.settings.name("uploads")
        for message in inside.messages(queue):
            if key in message.body:
                inside.remove(queue, message)
        return etag

    def put_item(self, table: str, item: Mapping[str, Any], *marks: str) -> Put:
        """Put an item into a table; its trace, or the table's refusal."""
        try:
            client("dynamodb").put_item(TableName=self.settings.name(table), Item=item)
        except Exception as error:  # noqa: BLE001 - the table's own limits are an end
            return Refused(f"{type(error).__name__}: {error}"[:200])
        return Trace((self.mark, *marks), by_hand=table == "inspections")

    def inspection(self, **changes: Any) -> Inspection:
        """An inspection of this kind's image, with an id that has the mark."""
        values = {"inspection_id": self.mark, "key": self.key, "image_id": self.mark, "bucket": self.settings.bucket}
        return an_inspection(**(values | {"inspected_at": NOON} | changes))

    def event(self, **changes: Any) -> dict[str, Any]:
        """The event of an inspection that alerts, as JSON values."""
        event: InspectionEvent = event_of(self.inspection(verdict=Verdict.ANOMALOUS))
        values: dict[str, Any] = event.model_dump(mode="json")
        return values | {"event_id": f"event-{self.mark}", "event_type": ImageInspected.__name__} | changes

    def envelope(self, detail: Any) -> str:
        """The body that a rule of the bus puts on a queue."""
        return json.dumps(
            {"version": "0", "id": self.mark, "source": "linewatch", "detail-type": "ImageInspected", "detail": detail}
        )

    def record(self, **changes: Any) -> dict[str, Any]:
        """A record of S3's notification of this kind's image, which is not in the bucket unless it is stored.

        `changes` are of the record; those under `object` are of its object. A field that is `...` is left out.
        """
        stored = {"key": self.key, "size": 100, "eTag": "0" * 32, **changes.pop("object", {})}
        record = {
            "responseElements": {"x-amz-request-id": self.mark},
            "eventName": "ObjectCreated:Put",
            "eventTime": NOON.isoformat(),
            "s3": {"bucket": {"name": self.settings.bucket}, "object": _without_holes(stored)},
        }
        return _without_holes(record | changes)


def _without_holes(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ...}
