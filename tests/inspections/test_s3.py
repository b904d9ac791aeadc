"""Exactly the announced content is read, or the image is gone, or S3 is asked again later."""

from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.core.errors import ObjectGone, UnprocessableImage
from chalicelib.core.small_picture import ImageObject
from chalicelib.inspections.s3 import S3Images
from tests.support.builders import JPEG, an_upload
from tests.support.fake_client import as_client


@pytest.fixture
def s3() -> Any:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")
        client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        yield client


def stored(s3: Any, content: bytes) -> str:
    """Stores the image; returns its ETag."""
    metadata = {"correlation-id": "c1"}
    key = an_upload().key
    answer = s3.put_object(Bucket="bucket", Key=key, Body=content, ContentType="image/jpeg", Metadata=metadata)
    return str(answer["ETag"].strip('"'))


def test_an_image_is_read_with_its_type_and_metadata(s3: Any) -> None:
    image = S3Images(s3).read(an_upload(etag=stored(s3, JPEG)))
    assert (image.content, image.content_type, image.metadata) == (JPEG, "image/jpeg", {"correlation-id": "c1"})


def test_other_content_than_was_announced_is_not_read(s3: Any) -> None:
    etag = stored(s3, JPEG)
    stored(s3, JPEG + b"another")
    with pytest.raises(ObjectGone, match="replaced"):
        S3Images(s3).read(an_upload(etag=etag))


def test_a_deleted_object_is_gone(s3: Any) -> None:
    """Its old version is kept, under a marker that it was deleted."""
    image = an_upload(etag=stored(s3, JPEG))
    s3.delete_object(Bucket="bucket", Key=image.key)
    with pytest.raises(ObjectGone, match="is gone"):
        S3Images(s3).read(image)


def test_an_image_is_shown_as_it_was_inspected_or_as_it_is_now(s3: Any) -> None:
    key, etag = an_upload().key, stored(s3, JPEG)
    assert S3Images(s3).to_show(ImageObject("bucket", key, etag)) == JPEG
    stored(s3, JPEG + b"another")
    with pytest.raises(ObjectGone, match="replaced"):
        S3Images(s3).to_show(ImageObject("bucket", key, etag))
    assert S3Images(s3).to_show(ImageObject("bucket", key)) == JPEG + b"another"
    s3.delete_object(Bucket="bucket", Key=key)
    with pytest.raises(ObjectGone, match="is gone"):
        S3Images(s3).to_show(ImageObject("bucket", key))


def test_an_object_of_any_size_that_came_past_the_api_is_not_read_to_show_it() -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError

    class Large:
        def get_object(self, **_: object) -> dict[str, Any]:
            return {"ContentLength": 5 * 1024**3, "Body": Unread()}

    with pytest.raises(UnprocessableImage, match="the maximum is 20971520 bytes"):
        S3Images(as_client(Large())).to_show(ImageObject("bucket", "a"))


@pytest.mark.parametrize("status", [403, 500, 503])
def test_another_error_of_s3_is_raised_for_another_attempt(status: int) -> None:
    class Broken:
        def get_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")  # type: ignore[typeddict-item]

    with pytest.raises(ClientError):
        S3Images(as_client(Broken())).read(an_upload())
