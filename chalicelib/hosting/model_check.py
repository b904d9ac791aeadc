"""The self-test of a version, by the function that inspects."""

import json
from typing import TYPE_CHECKING, Any

from chalicelib.core.errors import LinewatchError
from chalicelib.hosting.lambda_errors import translated
from chalicelib.models.ports import SELF_TEST, ModelRefused

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

ENDED = ("Runtime.", "Sandbox.")
"""What the type of an error begins with when a function ended by itself, as for want of memory or time."""


class CheckFailed(LinewatchError):
    """The test could not be made, for a reason that may be gone the next time."""


class LambdaModelCheck:
    """Has `function`, an ARN, load a version and inspect its reference images. It waits for the answer."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def failure(self, project: str, version: int) -> str | None:
        """One request. `CheckFailed` if the function failed for a reason that is not in the version."""
        payload = json.dumps({SELF_TEST: project, "version": str(version)})
        with translated():
            answer = self._client.invoke(FunctionName=self._function, Payload=payload)
        if "FunctionError" not in answer:
            return None
        error: dict[str, Any] = json.loads(answer["Payload"].read())
        kind, message = error.get("errorType", ""), error.get("errorMessage", "no message")
        if kind == ModelRefused.__name__ or kind.startswith(ENDED):
            return f"version {version} failed its test: {message}"
        raise CheckFailed(f"version {version} of project {project} could not be tested: {kind}: {message}")
