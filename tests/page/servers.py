"""The API behind Chalice's local server, and the bucket behind one of its own: two origins, as on AWS."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, CustomLocalChalice, LocalDevServer

from chalicelib.core.link import Link


@dataclass
class Bucket:
    """Objects by key, and links to them."""

    origin_url: str = ""
    objects: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    signed: int = 0

    def to(self, bucket: str, key: str) -> Link:
        self.signed += 1
        url = f"{self.origin_url}/{bucket}/{key}?X-Amz-Signature={self.signed}"
        return Link(url, datetime.now(UTC) + timedelta(minutes=15))

    def keep(self, question: str, name: str, content: bytes) -> Link:
        """As S3 keeps the file of an answer: a browser saves it."""
        key = f"query-results/exports/{question}/{name}"
        self.objects[key] = ("application/octet-stream", content)
        return self.to("bucket", key)

    def origin(self, bucket: str) -> str:
        return self.origin_url


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Serves the objects during the block."""
    found = Bucket()

    class Handler(_Quiet):
        def do_GET(self) -> None:
            _, _, key = unquote(urlsplit(self.path).path)[1:].partition("/")
            kind, content = found.objects.get(key, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "application/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        found.origin_url = f"http://127.0.0.1:{port}"
        yield found


@contextmanager
def api(app: Chalice, delays: dict[str, float]) -> Iterator[str]:
    """Serves the app during the block; yields its address. `delays` are seconds by a part of a path."""

    class Handler(ChaliceRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, *_: Any) -> None:
            """Nothing."""

        def parse_request(self) -> bool:
            read: bool = super().parse_request()
            for part, seconds in delays.items():
                if read and part in self.path:
                    threading.Event().wait(seconds)
            return read

    class Local(CustomLocalChalice, type(app)):  # type: ignore[misc]
        """Keeps the request of each thread apart."""

    kept, app.__class__ = type(app), Local
    try:
        server = LocalDevServer(app, Config(), "127.0.0.1", 0, handler_cls=Handler)
        with _serving(server.server) as port:
            yield f"http://127.0.0.1:{port}"
    finally:
        app.__class__ = kept


@contextmanager
def _serving(server: Any) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""
