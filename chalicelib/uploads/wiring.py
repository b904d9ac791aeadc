"""Builds the uploads capability."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import uuid4

from chalicelib.aws.platform import Platform
from chalicelib.uploads.ports import ImageWriter, Inspector, UploadSigner

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.core.image import ImageName
    from chalicelib.uploads.inspect_now import SentImage
    from chalicelib.uploads.request import NewImage, Upload


def _new_id() -> str:
    return uuid4().hex


class UploadsWiring:
    """The signer of URLs, the bucket, the function that inspects at once, and the use cases that need them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def signer(self) -> UploadSigner:
        """Presigned uploads into the bucket."""
        from chalicelib.uploads.s3 import S3UploadSigner

        return S3UploadSigner(self._platform.clients.s3_signer, self._platform.settings.bucket)

    @cached_property
    def writer(self) -> ImageWriter:
        """The bucket's images."""
        from chalicelib.uploads.s3 import S3ImageWriter

        return S3ImageWriter(self._platform.clients.s3, self._platform.settings.bucket)

    @cached_property
    def inspector(self) -> Inspector:
        """The function that inspects an image at once."""
        from chalicelib.uploads.function import FunctionInspector

        name = self._platform.settings.name("inspect_at_once")
        return FunctionInspector(self._platform.clients.functions_at_once, name)

    @cached_property
    def inspect_now(self) -> "Callable[[SentImage, bytes, Grant], str]":
        """Store an image and return its inspection as JSON."""
        from chalicelib.uploads.inspect_now import inspect_now

        return partial(
            inspect_now, writer=self.writer, inspector=self.inspector, clock=self._platform.clock, new_id=_new_id
        )

    @cached_property
    def request_upload(self) -> "Callable[[NewImage, Grant], Upload]":
        """Allow one upload."""
        from chalicelib.uploads.request import request_upload

        return partial(request_upload, signer=self.signer, clock=self._platform.clock, new_id=_new_id)

    @cached_property
    def request_uploads(self) -> "Callable[[Sequence[NewImage], Grant], list[Upload]]":
        """Allow many uploads or none."""
        from chalicelib.uploads.request import request_uploads

        return partial(request_uploads, signer=self.signer, clock=self._platform.clock, new_id=_new_id)

    @cached_property
    def request_legacy_upload(self) -> "Callable[[str, str, str, Grant], tuple[ImageName, str]]":
        """Allow one upload for a client of the archived sample, by line, camera and image id."""
        from chalicelib.uploads.request import request_legacy_upload

        return partial(request_legacy_upload, signer=self.signer, clock=self._platform.clock, new_id=_new_id)
