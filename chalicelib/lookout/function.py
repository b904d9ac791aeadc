"""Have an image inspected by the function that has the detector's libraries."""

from typing import TYPE_CHECKING

from chalicelib.core.errors import LinewatchError
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DETECT_REQUEST, DETECTION, Detection, DetectRequest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class DetectionFailed(LinewatchError):
    """The function raised an error, which is in its log."""


class FunctionDetector:
    """Invokes the function and waits. The image is in the payload, so it is stored nowhere."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def detect(self, request: DetectRequest) -> Detection:
        """One invocation."""
        payload = DETECT_REQUEST.dump_json(request)
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=payload)
        except self._client.exceptions.TooManyRequestsException as error:
            raise Throttled("too many images are being inspected: wait and try again") from error
        content = answer["Payload"].read()
        if "FunctionError" in answer:
            raise DetectionFailed(content.decode(errors="replace")[:2000])
        return DETECTION.validate_json(content)
