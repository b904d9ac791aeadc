"""The wire between Linewatch's handlers and AWS: it records every call and lets one of them go wrong."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from threading import Lock, local
from typing import Any

from boto3.session import Session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ConnectionClosedError, IncompleteReadError
from botocore.session import get_session

from chalicelib.aws.clients import AwsClients
from chalicelib.models.ports import SELF_TEST
from tests.pipeline.account import REGION


class Fault(StrEnum):
    """What can happen at a call."""

    FAILED = "AWS answers 500 and has done nothing"
    LOST = "AWS has done it, but its answer is lost"
    KILLED = "the worker dies right after it"
    REPEATED = "its answer is lost and the SDK sends it again"


class Killed(BaseException):
    """The worker was killed: no `except Exception` catches it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a handler to AWS: the `at`-th of this operation since the scenario began."""

    handler: str
    operation: str
    at: int
    site: str = field(default="", compare=False)
    """The lines of Linewatch's code that led to it."""

    def __str__(self) -> str:
        return f"{self.handler}: {self.operation} #{self.at}"


def _site() -> str:
    """Where in Linewatch this thread is, from the inside out."""
    lines, frame = [], sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals["__name__"].startswith("chalicelib."):
            lines.append(f"{frame.f_globals['__name__']}:{frame.f_lineno}")
    return " < ".join(lines)


type Plan = tuple[Call, Fault] | None


class Wire:
    """Hooks of botocore, right before and right after moto takes a request.

    The faults are the SDK's last word: it does not retry a `ClientError` raised here, nor an answer that ended too
    early. A `REPEATED` call goes through the SDK's own retries, if the client has them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._current = local()
        self.start()

    def start(self, plan: Plan = None) -> None:
        """Forget all calls; from now on, let this call fail."""
        self.plan = plan
        self.calls: list[Call] = []
        self.struck = False
        self._handler: str | None = None
        self._dead = False
        self._counts: Counter[tuple[str, str]] = Counter()

    @cached_property
    def clients(self) -> AwsClients:
        """Clients on this wire. They know no stage, so all worlds on it share them."""
        return AwsClients(self.session())

    def session(self) -> Session:
        """A session whose clients are on this wire."""
        session = get_session()
        events = session.get_component("event_emitter")
        events.register_first("before-send", self._before)
        events.register_last("before-send", self._after)
        events.register_first("needs-retry", self._retried_at_once)
        events.register("before-call.lambda.GetAccountSettings", _account_settings)
        events.register("before-call.lambda.Invoke", _self_test)
        events.register("before-call.cognito-identity-provider.AdminCreateUser", _invitation)
        return Session(
            botocore_session=session, aws_access_key_id="id", aws_secret_access_key="secret", region_name=REGION
        )

    @contextmanager
    def watching(self, handler: str) -> Iterator[None]:
        """What is called within is called by this handler."""
        self._handler, self._dead = handler, False
        try:
            yield
        finally:
            self._handler = None

    def _before(self, event_name: str, request: AWSPreparedRequest, **_: object) -> None:
        self._current.call = None
        if self._handler is None:
            return
        if self._dead:
            raise Killed
        operation = event_name.removeprefix("before-send.")
        with self._lock:
            self._counts[self._handler, operation] += 1
            call = Call(self._handler, operation, self._counts[self._handler, operation], _site())
            self.calls.append(call)
        self._current.call = call
        if self.plan == (call, Fault.FAILED):
            self.struck = True
            error = {"Code": "InternalError", "Message": "try again"}
            answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 500}}
            raise ClientError(answer, operation)

    def _after(self, event_name: str, request: AWSPreparedRequest, **_: object) -> None:
        if self.plan is None or self.plan[0] != self._current.call:
            return
        self.struck = True
        match self.plan[1]:
            case Fault.LOST:
                raise IncompleteReadError(actual_bytes=0, expected_bytes=1)
            case Fault.KILLED:
                self._dead = True
                raise Killed
            case Fault.REPEATED:
                self._current.call = None
                raise ConnectionClosedError(endpoint_url=request.url)

    def _retried_at_once(
        self, caught_exception: Exception | None, request_dict: dict[str, Any], **_: object
    ) -> float | None:
        """Retry without the pause that the SDK would make."""
        retries = request_dict["context"]["client_config"].retries
        repeated = isinstance(caught_exception, ConnectionClosedError) and retries.get("total_max_attempts", 3) > 1
        return 0 if repeated else None


def _account_settings(**_: object) -> Any:
    """Moto has none."""
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    return AWSResponse("", HTTPStatus.OK, HTTPHeaders(), None), {"AccountLimit": limit}


def _self_test(params: dict[str, Any], **_: object) -> Any:
    """Moto runs no function. A version passes its test; other calls go on to moto."""
    if SELF_TEST.encode() not in (params["body"] or b""):
        return None
    return AWSResponse("", HTTPStatus.OK, HTTPHeaders(), None), {"StatusCode": HTTPStatus.OK.value}


def _invitation(params: dict[str, Any], **_: object) -> Any:
    """Moto makes a second user when an invitation is sent again; AWS sends it."""
    if b'"RESEND"' not in (params["body"] or b""):
        return None
    return AWSResponse("", HTTPStatus.OK, HTTPHeaders(), None), {"User": {}}
