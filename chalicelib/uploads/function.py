"""Have an image inspected by the function that has the detector's libraries."""

import json
from typing import TYPE_CHECKING

from chalicelib.aws.functions import FunctionUnavailable, invoke
from chalicelib.core.errors import ImageIdTaken, NotInspectedYet
from chalicelib.core.image import AT_ONCE, AtOnce

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FunctionInspector:
    """Invokes the function and waits. The API's own function stays small and starts fast."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def inspect(self, request: AtOnce) -> str:
        """One invocation. If it fails or takes too long, the queue still delivers the image: `NotInspectedYet`."""
        inspection_id = request.image.inspection_id
        try:
            answer = invoke(self._client, self._function, AT_ONCE.dump_json(request), inspection_id=inspection_id)
        except FunctionUnavailable as error:
            raise NotInspectedYet(inspection_id, "the inspection takes longer than usual") from error
        if answer.failed:
            raise NotInspectedYet(inspection_id, "the first attempt failed")
        result: dict[str, str] = json.loads(answer.content)
        if "taken" in result:
            raise ImageIdTaken("another image of this camera and day has this image id: give each image its own")
        if "pending" in result:
            raise NotInspectedYet(inspection_id, result["pending"])
        return result["inspection"]
