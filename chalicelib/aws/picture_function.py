"""Have a small picture made by the function that has the libraries for it."""

from typing import TYPE_CHECKING

from chalicelib.aws.functions import FunctionUnavailable, invoke
from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.small_picture import PICTURE_REQUEST, SMALL_PICTURE, PictureRequest, SmallPicture

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
            answer = invoke(self._client, self._function, PICTURE_REQUEST.dump_json(request), key=request.image.key)
        except FunctionUnavailable as error:
            raise PictureUnavailable("there is no small picture of the image now: try again") from error
        if answer.failed:
            raise PictureUnavailable("the small picture of the image could not be made: try again")
        return SMALL_PICTURE.validate_json(answer.content)
