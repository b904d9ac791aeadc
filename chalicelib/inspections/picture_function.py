"""Have a small picture made by the function that has the libraries for it."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.observability import log_failure
from chalicelib.core.errors import PictureUnavailable
from chalicelib.inspections.ports import PictureRequest, SmallPicture
from chalicelib.inspections.small_picture import PICTURE_REQUEST, SMALL_PICTURE

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FunctionPictures:
    """Invokes the function and waits. The API's own function stays small and starts fast."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def make(self, request: PictureRequest) -> SmallPicture:
        """One invocation; `PictureUnavailable` if it fails."""
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=PICTURE_REQUEST.dump_json(request))
        except (BotoCoreError, ClientError) as error:
            log_failure("small picture failed", error, key=request.image.key)
            raise PictureUnavailable("there is no small picture of the image now: try again") from error
        content = answer["Payload"].read()
        if "FunctionError" in answer:
            raise PictureUnavailable("the small picture of the image could not be made: try again")
        return SMALL_PICTURE.validate_json(content)
