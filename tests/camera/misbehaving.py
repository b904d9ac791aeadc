"""A service in a bad network: most requests fail in one of many ways, chosen at random by a seed."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import httpx

from linewatch.camera.api import Api
from linewatch.camera.retry import RetryPolicy
from tests.camera.service import KEY, URL, Service, Simulated, error

HTML = "<!DOCTYPE html><html><head><title>Guest network login</title></head><body>Please accept the terms</body></html>"

type Fault = Callable[["Misbehaving", httpx.Request], httpx.Response]


class Broken(httpx.SyncByteStream):
    """A body made of pieces. An exception among them ends it."""

    def __init__(self, pieces: Iterator[bytes | Exception]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


class Misbehaving:
    """Passes requests on to the service, or answers with a fault. `clock` is in simulated seconds."""

    def __init__(self, service: Service, seed: int, share: float = 0.6) -> None:
        self._service, self._random, self._share = service, random.Random(seed), share
        self.clock = 0.0
        self.met: Counter[str] = Counter()
        self._decks: dict[str, list[str]] = {}

    def api(self) -> Api:
        """A connection whose waits pass in simulated time."""
        retry = RetryPolicy(attempts=4, stopping=Simulated(self.sleep), random=self._random.uniform)
        return Api(URL, KEY, retry, httpx.MockTransport(self), clock=lambda: self.clock)

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.clock += seconds

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sleep(self._random.uniform(0.01, 0.5))
        if not self._service.calls or self._random.random() > self._share:
            return self.service(request)
        known = FAULTS | (PUT_FAULTS if request.method == "PUT" else API_FAULTS)
        name = self._next(list(known), self._decks.setdefault(request.method, []))
        self.met[name] += 1
        return known[name](self, request)

    def _next(self, names: list[str], deck: list[str]) -> str:
        """The next fault. All others come before one is repeated."""
        if not deck:
            deck += self._random.sample(names, len(names))
        return deck.pop()

    def service(self, request: httpx.Request) -> httpx.Response:
        """The answer without a fault."""
        return self._service(request)

    def drip(self) -> Iterator[bytes]:
        """A body of which one byte comes each second."""
        while True:
            self.sleep(1)
            yield b" "


def answers(status: int, text: str = "", **headers: str) -> Fault:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda network, request: httpx.Response(status, text=text, headers=sent)


def page(status: int, **headers: str) -> Fault:
    return answers(status, HTML, content_type="Text/HTML; Charset=utf-8", **headers)


def raises(kind: type[httpx.TransportError], text: str = "") -> Fault:
    def raise_error(network: Misbehaving, request: httpx.Request) -> httpx.Response:
        raise kind(text, request=request)

    return raise_error


def after(fault: Fault) -> Fault:
    """Handle the request, and then replace the answer."""

    def both(network: Misbehaving, request: httpx.Request) -> httpx.Response:
        network.service(request)
        return fault(network, request)

    return both


def body(pieces: Callable[[Misbehaving], Iterator[bytes | Exception]], **headers: str) -> Fault:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda network, request: httpx.Response(200, stream=Broken(pieces(network)), headers=sent)


def xml(status: int, code: str) -> Fault:
    return answers(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>", content_type="application/xml")


def endless(network: Misbehaving) -> Iterator[bytes | Exception]:
    while True:
        yield bytes(1 << 20)


FAULTS: dict[str, Fault] = {
    "connection refused": raises(httpx.ConnectError, "[Errno 111] Connection refused"),
    "name not found": raises(httpx.ConnectError, "[Errno -2] Name or service not known"),
    "certificate of another": raises(httpx.ConnectError, "CERTIFICATE_VERIFY_FAILED"),
    "no answer": raises(httpx.ReadTimeout),
    "closed in mid-request": raises(httpx.WriteError, "[Errno 32] Broken pipe"),
    "not HTTP": raises(httpx.RemoteProtocolError, "illegal status line"),
    "500": lambda network, request: error(500, "Internal", "ours"),
    "502 of a gateway": page(502),
    "503, come back in ten years": answers(503, Retry_After="315360000"),
    "429, come back before now": answers(429, Retry_After="-1"),
    "429, a date of another clock": answers(
        429, Retry_After="Sat, 14 Mar 2037 09:26:53 GMT", Date="Sat, 14 Mar 2037 09:26:50 GMT"
    ),
    "login page": page(200),
    "login page with an ETag": page(200, ETag='"5d41402abc4b2a76b9719d911017c592"'),
    "redirect to a login page": answers(302, Location="https://login.example/?next=linewatch"),
    "redirect that keeps the method": answers(307, Location="https://other.example/"),
    "redirect to nowhere": answers(301, Location="http://[broken"),
    "nothing": answers(200),
    "proxy wants a password": page(407),
    "network wants a login": page(511),
    "blocked by a filter": page(403),
    "not found by a portal": page(404),
    "login wanted by a portal": page(401),
    "invalid gzip": body(lambda network: iter([b"no gzip"]), Content_Encoding="gzip"),
    "an endless body": body(endless),
    "a very slow body": body(Misbehaving.drip),
    "a body that breaks off": body(lambda network: iter([b'{"uplo', httpx.ReadError("reset")])),
    "answer lost after the work": after(raises(httpx.ReadTimeout)),
    "answer replaced after the work": after(page(200)),
}
API_FAULTS: dict[str, Fault] = {
    "truncated JSON": answers(200, '{"uploads": [{"image_id": "a'),
    "a list": answers(200, "[]"),
    "no UTF-8": body(lambda network: iter([b'{"uploads": "\xff\xfe"}'])),
    "nested too deeply": answers(200, "[" * 200_000),
    "wrong types": answers(201, '{"uploads": 7, "inspections": {"a": 1}, "next_cursor": 3}'),
    "too few": answers(201, '{"uploads": [], "inspections": [7], "next_cursor": null}'),
    "no URL": answers(201, '{"uploads": [{"image_id": "a", "bucket": "b", "key": "k", "url": "ftp:", "headers": {}}]}'),
    "key revoked for a while": lambda network, request: error(401, "Unauthorized", f"not {KEY}"),
}
PUT_FAULTS: dict[str, Fault] = {
    "URL expired": xml(403, "AccessDenied"),
    "clocks differ": xml(403, "RequestTimeTooSkewed"),
    "another upload at once": xml(409, "ConditionalRequestConflict"),
    "connection too slow": xml(400, "RequestTimeout"),
    "bucket fails": xml(500, "InternalError"),
    "bucket is gone": xml(404, "NoSuchBucket"),
    "412 of a portal": page(412),
    "stored without an ETag": after(answers(200)),
    "not stored, with an ETag of another": answers(200, ETag='"00000000000000000000000000000000"'),
}
