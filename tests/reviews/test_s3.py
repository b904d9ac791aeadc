"""Whether an image is still in the bucket."""

from dataclasses import replace

from moto import mock_aws

from chalicelib.reviews.s3 import S3StoredImages
from tests.support.builders import JPEG, an_inspection
from tests.support.deployment import aws_clients


def test_an_image_is_there_until_it_is_deleted_or_replaced() -> None:
    with mock_aws():
        client = aws_clients().s3
        client.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        images, inspection = S3StoredImages(client), an_inspection()
        etag = client.put_object(Bucket="bucket", Key=inspection.key, Body=JPEG)["ETag"].strip('"')
        assert images.has(replace(inspection, etag=etag))
        assert not images.has(inspection)
        client.delete_object(Bucket="bucket", Key=inspection.key)
        assert not images.has(replace(inspection, etag=etag))
