"""Have an image inspected by the function that has the detector's libraries."""

from typing import TYPE_CHECKING

from chalicelib.aws.functions import FunctionUnavailable, invoke
from chalicelib.core.errors import LinewatchError
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DETECT_REQUEST, DETECTION, Detection, DetectRequest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class DetectionFailed(LinewatchError):
    """The function raised an error, or may not be called; the error is in the log."""


class FunctionDetector:
    """Invokes the function and waits. The image is in the payload, so it is stored nowhere."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def detect(self, request: DetectRequest) -> Detection:
        """One invocation; `Throttled` if another one may get an answer."""
        try:
            answer = invoke(self._client, self._function, DETECT_REQUEST.dump_json(request), project=request.project)
        except FunctionUnavailable as error:
            if error.refused:
                raise DetectionFailed(str(error)) from error
            raise Throttled("the image cannot be inspected now, or there are too many: wait and try again") from error
        if answer.failed:
            raise DetectionFailed(answer.content.decode(errors="replace")[:2000])
        return DETECTION.validate_json(answer.content)
