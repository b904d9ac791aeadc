"""Exactly the announced content is read, or the image is gone, or S3 is asked again later."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.core.errors import ObjectGone
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


@pytest.mark.parametrize("status", [403, 500, 503])
def test_another_error_of_s3_is_raised_for_another_attempt(status: int) -> None:
    class Broken:
        def get_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")  # type: ignore[typeddict-item]

    with pytest.raises(ClientError):
        S3Images(as_client(Broken())).read(an_upload())
