"""Calls of another function whose answer is waited for."""

from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from chalicelib.aws.observability import log_failure
from chalicelib.core.errors import LinewatchError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_PASSING = {409, 429}
"""Statuses of Lambda while a function is being changed, and while there are too many calls."""


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """What a function returned, as JSON; if it `failed`, the error that it raised."""

    content: bytes
    failed: bool


class FunctionUnavailable(LinewatchError):
    """The function gave no answer. It may have run. If `refused`, Lambda does not allow the call, now or later."""

    def __init__(self, function: str, cause: Exception, *, refused: bool) -> None:
        super().__init__(f"the function {function} gave no answer: {cause}")
        self.refused = refused


def invoke(client: "LambdaClient", function: str, payload: bytes, **about: object) -> FunctionAnswer:
    """One call, and its whole answer. `FunctionUnavailable` without one; the error is in the log, with `about`."""
    try:
        answer = client.invoke(FunctionName=function, Payload=payload)
        return FunctionAnswer(answer["Payload"].read(), failed="FunctionError" in answer)
    except (BotoCoreError, ClientError, HTTPError, HTTPException) as error:  # also of a connection lost while reading
        log_failure("a function gave no answer", error, function=function, **about)
        raise FunctionUnavailable(function, error, refused=_is_refusal(error)) from error


def _is_refusal(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status < 500 and status not in _PASSING
