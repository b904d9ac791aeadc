"""Builds the uploads capability."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import uuid4

from chalicelib.aws.platform import Platform
from chalicelib.uploads.ports import UploadSigner

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.core.image import ImageName
    from chalicelib.uploads.request import NewImage, Upload


def _new_id() -> str:
    return uuid4().hex


class UploadsWiring:
    """The signer of URLs and the three use cases that need it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def signer(self) -> UploadSigner:
        """Presigned uploads into the bucket."""
        from chalicelib.uploads.s3 import S3UploadSigner

        return S3UploadSigner(self._platform.clients.s3_signer, self._platform.settings.bucket)

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
