"""The contract, as botocore's description of the service has it."""

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from tests.support.gateway import Answer
from tests.support.old_client import service_descriptions

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "float": (float, int),
    "timestamp": (float, int),
}


@cache
def service() -> ServiceModel:
    """The description of the service."""
    description = Loader(extra_search_paths=[str(service_descriptions())]).load_service_model(
        "lookoutvision", "service-2"
    )
    return ServiceModel(description, "lookoutvision")


def require_contract(answer: Answer) -> None:
    """AssertionError unless the answer has the form that the contract describes."""
    operation = service().operation_model(answer.operation)
    errors = {each.metadata["error"]["httpStatusCode"]: each for each in operation.error_shapes}
    if answer.status < 300:
        assert answer.status == operation.http.get("responseCode", 200), answer
        require_shape(answer.body, operation.output_shape, answer.operation)
    elif answer.status != 413:
        require_shape(
            {"Message": answer.body["Message"]} | answer.body, errors[answer.status], answer.operation, {"Code"}
        )


def require_shape(value: Any, shape: Any, where: str, more: Collection[str] = ()) -> None:
    """Names, types, patterns and lengths, at every level."""
    if shape.type_name == "structure":
        assert set(value) <= {*shape.members, *more}, f"{where} has more than {set(shape.members)}: {value}"
        missing = set(shape.required_members) - set(value)
        assert not missing, f"{where} lacks {missing}"
        for name in set(value) - set(more):
            require_shape(value[name], shape.members[name], f"{where}.{name}")
    elif shape.type_name == "list":
        for each in value:
            require_shape(each, shape.member, where)
    else:
        assert isinstance(value, _KINDS[shape.type_name]), f"{where} is {value!r}"
        _require_text(str(value), shape, where)


def _require_text(text: str, shape: Any, where: str) -> None:
    pattern = shape.metadata.get("pattern", "").replace(r"\p{L}\p{Z}\p{N}", r"\w\s")
    assert re.fullmatch(pattern, text) or not pattern, f"{where} is {text!r}, not {pattern}"
    assert text in (shape.metadata.get("enum") or [text]), f"{where} is {text!r}"
    assert shape.type_name != "string" or len(text) >= shape.metadata.get("min", 0), f"{where} is too short"
