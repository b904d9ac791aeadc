"""A fake of Linewatch's API and bucket in memory, for HTTP clients. It fails on demand."""

import json
import re
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import md5, sha256
from threading import Event, Lock
from urllib.parse import parse_qs, urlsplit

import httpx

from chalicelib.core.image import image_id_of, inspection_id_of
from linewatch.camera.api import Api
from linewatch.camera.retry import RetryPolicy

URL = "http://linewatch.test/v1"
KEY = "lw_0123_secret"
BUCKET = "linewatch-test"

type Fault = Callable[[httpx.Request], httpx.Response | None]


class Service:
    """`objects` has the uploaded images. They get verdicts at once unless `inspecting` is False.

    Each fault in `faults[method]` replaces the answer to one request of this method, or lets it through by None.
    The exceptions in `lost[method]` are raised after a request was handled, as if its answer was lost.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.inspections: dict[str, dict[str, object]] = {}
        self.faults: dict[str, deque[Fault]] = {"POST": deque(), "PUT": deque(), "GET": deque()}
        self.lost: dict[str, deque[Exception]] = {"POST": deque(), "PUT": deque(), "GET": deque()}
        self.calls: Counter[str] = Counter()
        self.bodies: list[dict[str, object]] = []
        self.inspecting = True
        self.page = 1000
        self.bucket_url = "http://bucket.test"
        self._lock = Lock()

    def api(self, attempts: int = 4) -> Api:
        """A client of this service that retries without waiting."""
        retry = RetryPolicy(attempts=attempts, stopping=Simulated(lambda _: None))
        return Api(URL, KEY, retry, transport=httpx.MockTransport(self))

    @staticmethod
    def now() -> datetime:
        """A time that the service accepts."""
        return datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.calls[request.method] += 1
            faults, lost = self.faults[request.method], self.lost[request.method]
            faulty = faults.popleft()(request) if faults else None
            if faulty is not None:
                return faulty
            answer = self.answer(request)
            if lost:
                raise lost.popleft()
            return answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer without faults."""
        path = request.url.path
        if request.method == "PUT":
            return self._put(request)
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        if path == "/v1/uploads/batch":
            return self._request_uploads(json.loads(request.content)["images"])
        if path == "/v1/inspections":
            return self._list(parse_qs(urlsplit(str(request.url)).query))
        inspection = self.inspections.get(path.rsplit("/", 1)[1])
        return (
            httpx.Response(200, json=inspection)
            if inspection
            else error(404, "NotFound", "there is no such inspection")
        )

    def _request_uploads(self, images: list[dict[str, object]]) -> httpx.Response:
        self.bodies += images
        assert 1 <= len(images) <= 100
        assert all(re.search(r"[+-]\d\d:\d\d$", str(image["captured_at"])) for image in images)
        return httpx.Response(201, json={"uploads": [self._presigned(image) for image in images]})

    def _presigned(self, image: dict[str, object]) -> dict[str, object]:
        image_id = image_id_of(str(image["camera"]), str(image["sha256"]))
        key = f"images/demo/{image['line']}/{image['camera']}/{str(image['captured_at'])[:10]}/{image_id}"
        headers = {"x-sha256": image["sha256"], "x-captured-at": image["captured_at"], "If-None-Match": "*"}
        return {
            "image_id": image_id,
            "bucket": BUCKET,
            "key": key,
            "method": "PUT",
            "url": f"{self.bucket_url}/{key}",
            "headers": headers,
            "expires_at": "2030-01-01T00:00:00Z",
            "correlation_id": "c",
        }

    def _put(self, request: httpx.Request) -> httpx.Response:
        key = request.url.path.lstrip("/")
        assert "Authorization" not in request.headers, "the key is for the API alone"
        assert sha256(request.content).hexdigest() == request.headers["x-sha256"]
        if key in self.objects:
            return httpx.Response(412, text="<Error><Code>PreconditionFailed</Code><Message>held</Message></Error>")
        self.objects[key] = request.content
        etag = md5(request.content).hexdigest()
        self.inspect(key, etag, captured_at=request.headers["x-captured-at"]) if self.inspecting else None
        return httpx.Response(200, headers={"ETag": f'"{etag}"'})

    def inspect(self, key: str, etag: str, captured_at: str) -> None:
        """Add an inspection of an object."""
        inspection_id = inspection_id_of(BUCKET, key, etag)
        self.inspections[inspection_id] = {
            "inspection_id": inspection_id,
            "captured_at": captured_at,
            "uploaded_at": "2026-03-14T09:26:53Z",
            "inspected_at": "2026-03-14T09:26:54.500000Z",
            "verdict": "normal",
            "confidence": 0.75,
            "reason": None,
        }

    def _list(self, query: dict[str, list[str]]) -> httpx.Response:
        since, until = (datetime.fromisoformat(query[name][0]).astimezone(UTC) for name in ("from", "to"))
        assert (until - since).days < 31
        captured = {
            each["inspection_id"]: datetime.fromisoformat(str(each["captured_at"]))
            for each in self.inspections.values()
        }
        listed = [each for each in self.inspections.values() if since <= captured[each["inspection_id"]] <= until]
        at = int(query.get("cursor", ["0"])[0])
        more = str(at + self.page) if at + self.page < len(listed) else None
        return httpx.Response(200, json={"inspections": listed[at : at + self.page], "next_cursor": more})


class Simulated(Event):
    """An event whose waits pass in simulated time."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        super().__init__()
        self._sleep = sleep

    def wait(self, timeout: float | None = None) -> bool:
        self._sleep(timeout or 0.0)
        return self.is_set()


def error(status: int, code: str, message: str, errors: list[dict[str, str]] | None = None) -> httpx.Response:
    """An error of the API."""
    return httpx.Response(status, json={"code": code, "message": message} | ({"errors": errors} if errors else {}))
