"""What the function answers to a sender who waits."""

from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError, ReadTimeoutError

from chalicelib.core.errors import ImageIdTaken, NotInspectedYet
from chalicelib.core.image import AT_ONCE, AtOnce
from chalicelib.uploads.function import FunctionInspector
from tests.support.builders import an_upload
from tests.support.fake_aws import FakeFunctions

REQUEST = AtOnce(an_upload(), existed=True)


def inspector(functions: Any) -> FunctionInspector:
    return FunctionInspector(functions, "linewatch-test-inspect_at_once")


def test_the_function_gets_the_image_and_its_answer_is_passed_on() -> None:
    functions = FakeFunctions({"inspection": '{"verdict": "normal"}'})
    assert inspector(functions).inspect(REQUEST) == '{"verdict": "normal"}'
    [asked] = functions.invoked
    assert asked["FunctionName"] == "linewatch-test-inspect_at_once"
    assert AT_ONCE.validate_json(asked["Payload"]) == REQUEST


def test_another_image_under_the_same_id_is_a_conflict() -> None:
    with pytest.raises(ImageIdTaken, match="give each image its own"):
        inspector(FakeFunctions({"taken": "object was replaced"})).inspect(REQUEST)


@pytest.mark.parametrize(
    ("functions", "reason"),
    [
        (FakeFunctions({"pending": "plates has no live model"}), "plates has no live model"),
        (FakeFunctions({"errorMessage": "secret", "errorType": "KeyError"}, failed=True), "the first attempt failed"),
        (FakeFunctions(fault=ReadTimeoutError(endpoint_url="x")), "longer than usual"),
        (FakeFunctions(lost=IncompleteReadError(actual_bytes=0, expected_bytes=9)), "longer than usual"),
    ],
)
def test_without_a_verdict_the_sender_gets_the_id_to_ask_for_and_why(functions: FakeFunctions, reason: str) -> None:
    with pytest.raises(NotInspectedYet, match=reason) as raised:
        inspector(functions).inspect(REQUEST)
    assert raised.value.inspection_id == REQUEST.image.inspection_id
    assert "secret" not in str(raised.value)
