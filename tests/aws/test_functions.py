"""Another function answers, or there is one kind of error that says whether another attempt can help."""

from http.client import IncompleteRead
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, IncompleteReadError, ReadTimeoutError
from urllib3.exceptions import ProtocolError, SSLError

from chalicelib.aws.functions import FunctionAnswer, FunctionUnavailable, invoke
from tests.support.fake_aws import FakeFunctions

SLOW = ReadTimeoutError(endpoint_url="x")
CLOSED = ConnectionClosedError(endpoint_url="x")


def called(functions: FakeFunctions) -> FunctionAnswer:
    return invoke(functions, "linewatch-test-f", b"{}", key="k")  # type: ignore[arg-type]


def an_error(code: str, status: int) -> ClientError:
    described: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(described, "Invoke")


def test_the_function_is_called_once_and_its_whole_answer_is_returned() -> None:
    functions = FakeFunctions({"a": 1})
    assert called(functions) == FunctionAnswer(b'{"a": 1}', failed=False)
    assert functions.invoked == [{"FunctionName": "linewatch-test-f", "Payload": b"{}"}]


def test_an_error_that_the_function_raised_is_an_answer() -> None:
    answer = called(FakeFunctions({"errorType": "KeyError"}, failed=True))
    assert answer == FunctionAnswer(b'{"errorType": "KeyError"}', failed=True)


@pytest.mark.parametrize("fault", [SLOW, CLOSED])
def test_a_connection_that_is_lost_before_the_answer_gives_none(fault: Exception) -> None:
    assert refusal(FakeFunctions(fault=fault)) is False


@pytest.mark.parametrize(
    "lost",
    [
        SLOW,
        CLOSED,
        IncompleteReadError(actual_bytes=1, expected_bytes=9),
        ProtocolError("Connection broken"),
        SSLError("bad record"),
        IncompleteRead(b"1", 8),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_connection_that_is_lost_while_the_answer_is_read_gives_none(lost: Exception) -> None:
    assert refusal(FakeFunctions({"a": 1}, lost=lost)) is False


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (an_error("TooManyRequestsException", 429), False),
        (an_error("ResourceConflictException", 409), False),
        (an_error("ServiceException", 500), False),
        (an_error("AccessDeniedException", 403), True),
        (an_error("ResourceNotFoundException", 404), True),
    ],
    ids=str,
)
def test_what_lambda_refuses_for_good_differs_from_what_passes(error: ClientError, refused: bool) -> None:
    assert refusal(FakeFunctions(fault=error)) is refused


def refusal(functions: FakeFunctions) -> bool:
    with pytest.raises(FunctionUnavailable, match="linewatch-test-f") as raised:
        called(functions)
    return raised.value.refused


def test_why_there_is_no_answer_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    refusal(FakeFunctions(fault=SLOW))
    [record] = caplog.records
    assert (record.message, record.exc_info and record.exc_info[1]) == ("a function gave no answer", SLOW)
    assert record.fields == {"function": "linewatch-test-f", "key": "k"}  # type: ignore[attr-defined]


def test_an_error_in_this_program_is_not_taken_for_a_lost_connection() -> None:
    with pytest.raises(TypeError):
        called(FakeFunctions(fault=TypeError("a mistake")))
