"""A plant: a project on the deployed stack, its cameras, and the inspections of their images."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import duckdb
import httpx

from chalicelib.composition import Linewatch
from chalicelib.core.image import inspection_id_of
from chalicelib.core.inspection import LIVE, Inspection
from linewatch.operate.filesystem import filesystem
from linewatch.operate.lake import open_lake
from linewatch.stack.local import LocalStack
from tests.emulator.images import Picture

PROJECT = "plates"
TIMEOUT_SECONDS = 45


class Sent(NamedTuple):
    """An image that was stored in the bucket."""

    key: str
    inspection_id: str


def until[T](look: Callable[[], T | None], what: str, seconds: float = TIMEOUT_SECONDS) -> T:
    """Call `look` until it returns something; AssertionError, with `what`, when the time is up."""
    give_up = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < give_up, f"{what} did not come in {seconds:.0f} s"
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class Plant:
    """A camera's and an operator's view of the stack. `token` covers all lines and cameras of the project."""

    stack: LocalStack
    linewatch: Linewatch
    http: httpx.Client
    token: str

    # As a camera

    def ask(
        self, method: str, path: str, *, token: str | None = None, accept: str = "*/*", **options: Any
    ) -> httpx.Response:
        """A request to the API."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}", "Accept": accept}
        return self.http.request(method, self.stack.api_url + path, headers=headers, **options)

    def request_uploads(
        self, pictures: Sequence[Picture], line: str, camera: str = "cam-1", at: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Presigned URLs for these pictures, captured now or at another time, by one request."""
        images = [image_fields(picture, line, camera, at) for picture in pictures]
        answer = self.ask("POST", "/uploads/batch", json={"images": images})
        assert answer.status_code == 201, answer.text
        uploads: list[dict[str, Any]] = answer.json()["uploads"]
        return uploads

    def put(self, upload: Mapping[str, Any], content: bytes, **headers: str) -> httpx.Response:
        """Upload the content to a presigned URL; `headers` replace signed ones."""
        return self.http.put(upload["url"], content=content, headers=dict(upload["headers"]) | headers)

    def send(
        self, pictures: Sequence[Picture], line: str, camera: str = "cam-1", at: datetime | None = None
    ) -> list[Sent]:
        """Request the uploads and upload the pictures, as cameras do."""
        sent = []
        for upload, picture in zip(self.request_uploads(pictures, line, camera, at), pictures, strict=True):
            answer = self.put(upload, picture.content)
            assert answer.status_code == 200, answer.text
            sent.append(sent_as(upload["bucket"], upload["key"], answer.headers["ETag"]))
        return sent

    def store(self, key: str, picture: Picture) -> Sent:
        """Put an object directly into the bucket, without the API."""
        etag = self.stack.client("s3").put_object(
            Bucket=self.stack.bucket, Key=key, Body=picture.content, ContentType=picture.content_type
        )["ETag"]
        return sent_as(self.stack.bucket, key, etag)

    def detect(self, content: bytes, **headers: str) -> dict[str, Any]:
        """The result of DetectAnomalies with version 1 of the project."""
        headers |= {"Authorization": f"Bearer {self.token}", "Content-Type": "image/jpeg"}
        url = f"{self.stack.api_url}/2020-11-20/projects/{PROJECT}/models/1/detect"
        answer = self.http.post(url, content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["DetectAnomalyResult"]
        return result

    # As an operator

    def find(self, inspection_id: str) -> Inspection | None:
        """The live inspection in the table."""
        return self.linewatch.inspections.table.find(inspection_id, LIVE)

    def verdict(self, inspection_id: str) -> Inspection:
        """Wait for the inspection and return it."""
        return until(lambda: self.find(inspection_id), f"inspection {inspection_id}")

    def lake(self) -> duckdb.DuckDBPyConnection:
        """The lake as it is now."""
        return open_lake(self.stack.bucket, filesystem(self.stack))

    def compact(self) -> None:
        """Run the function that merges the files of each day and line."""
        self.run("compact_lake")

    def run(self, function: str) -> None:
        """Run a function as its schedule does."""
        name = f"linewatch-{self.stack.stage}-{function}"
        answer = self.stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(scheduled()))
        assert "FunctionError" not in answer, answer["Payload"].read()

    def queues(self) -> dict[str, int]:
        """How many messages each of Linewatch's own queues that is not empty holds, visible or not."""
        sqs = self.stack.client("sqs")
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        held = {}
        for url in sqs.list_queues(QueueNamePrefix=f"linewatch-{self.stack.stage}-")["QueueUrls"]:
            counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            held[url.rsplit("/", 1)[1].removeprefix(f"linewatch-{self.stack.stage}-")] = sum(map(int, counts.values()))
        return {name: messages for name, messages in held.items() if messages and not name.startswith("follower")}

    def send_message(self, queue: str, body: str) -> None:
        """Send a message to a queue."""
        self.linewatch.platform.queues.put(f"linewatch-{self.stack.stage}-{queue}", body, {})

    @contextmanager
    def waiting(self, function: str = "inspect_images") -> Iterator[None]:
        """Disconnect the function from its queues during the block, and leave follow_hosting asleep."""
        functions = self.stack.client("lambda")
        name = f"linewatch-{self.stack.stage}-{function}"
        mappings = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        ids = [each["UUID"] for each in mappings if each["State"] == "Enabled"]
        with self.asleep("follow_hosting"):
            self._switch(ids, on=False)
            try:
                yield
            finally:
                self._switch(ids, on=True)

    def _switch(self, mappings: Sequence[str], *, on: bool) -> None:
        for mapping in mappings:
            self.stack.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=on)

    @contextmanager
    def asleep(self, *functions: str) -> Iterator[None]:
        """Disable the schedules of these functions during the block."""
        events, rules = self.stack.client("events"), []
        for function in functions:
            name = f"linewatch-{self.stack.stage}-{function}"
            found = self.stack.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
            rules += events.list_rule_names_by_target(TargetArn=found)["RuleNames"]
        for rule in rules:
            events.disable_rule(Name=rule)
        try:
            yield
        finally:
            for rule in rules:
                events.enable_rule(Name=rule)

    @contextmanager
    def queue_set(self, queue: str, **attributes: str) -> Iterator[None]:
        """Set attributes of a queue during the block."""
        sqs = self.stack.client("sqs")
        url = sqs.get_queue_url(QueueName=f"linewatch-{self.stack.stage}-{queue}")["QueueUrl"]
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(attributes))["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def image_fields(picture: Picture, line: str, camera: str = "cam-1", at: datetime | None = None) -> dict[str, Any]:
    """The request of a camera for the upload of a picture."""
    return {
        "line": line,
        "camera": camera,
        "captured_at": (at or datetime.now(UTC)).isoformat(),
        "content_type": picture.content_type,
        "size_bytes": len(picture.content),
        "sha256": sha256(picture.content).hexdigest(),
    }


def key_of(line: str, image_id: str, project: str = PROJECT, day: date | None = None) -> str:
    """A key in the form that the API uses."""
    return f"images/{project}/{line}/cam-1/{day or datetime.now(UTC).date()}/{image_id}"


def sent_as(bucket: str, key: str, etag: str) -> Sent:
    """The image under this key."""
    return Sent(key, inspection_id_of(bucket, key, etag.strip('"')))


def scheduled() -> dict[str, Any]:
    """The event that a schedule sends to its function."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {},
    }
