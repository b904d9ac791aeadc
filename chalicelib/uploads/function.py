"""Have an image inspected by the function that has the detector's libraries."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.observability import log_failure
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
            answer = self._client.invoke(FunctionName=self._function, Payload=AT_ONCE.dump_json(request))
        except (BotoCoreError, ClientError) as error:
            log_failure("inspection at once failed", error, inspection_id=inspection_id)
            raise NotInspectedYet(inspection_id, "the inspection takes longer than usual") from error
        result: dict[str, str] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise NotInspectedYet(inspection_id, "the first attempt failed")
        if "taken" in result:
            raise ImageIdTaken("another image of this camera and day has this image id: give each image its own")
        if "pending" in result:
            raise NotInspectedYet(inspection_id, result["pending"])
        return result["inspection"]
