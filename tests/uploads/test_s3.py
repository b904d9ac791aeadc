"""A URL signs exactly the values of its headers."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.aws.clients import AwsClients
from chalicelib.uploads.ports import SignedUpload, UploadTerms
from chalicelib.uploads.s3 import S3ImageWriter, S3UploadSigner
from tests.support.deployment import aws_clients

DIGEST = sha256(b"a picture")
KEY = "images/plates/line-1/cam-1/2026-03-14/a"
EVERYTHING = UploadTerms(
    key=KEY,
    content_type="image/png",
    size_bytes=9,
    sha256=DIGEST.hexdigest(),
    metadata={"captured-at": "2026-03-14T12:00:00+00:00", "correlation-id": "c1"},
    once=True,
)
TYPE_ALONE = UploadTerms(key=KEY, content_type="image/jpeg")


def a_signer(endpoint: str | None = None) -> S3UploadSigner:
    session = Session(region_name="eu-west-1", aws_access_key_id="id", aws_secret_access_key="secret")
    return S3UploadSigner(AwsClients(session, endpoint).s3_signer, "bucket")


def query_of(upload: SignedUpload) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(upload.url).query).items()}


@pytest.mark.parametrize("terms", [EVERYTHING, TYPE_ALONE])
def test_the_headers_are_those_that_are_signed(terms: UploadTerms) -> None:
    upload = a_signer().sign(terms)
    signed = set(query_of(upload)["X-Amz-SignedHeaders"].split(";"))
    assert signed == {name.lower() for name in upload.headers} | {"host"}


def test_the_headers_have_the_values_of_the_terms() -> None:
    assert a_signer().sign(EVERYTHING).headers == {
        "Content-Type": "image/png",
        "Content-Length": "9",
        "x-amz-checksum-sha256": b64encode(DIGEST.digest()).decode(),
        "If-None-Match": "*",
        "x-amz-meta-captured-at": "2026-03-14T12:00:00+00:00",
        "x-amz-meta-correlation-id": "c1",
    }


def test_an_upload_without_other_terms_signs_only_the_type() -> None:
    assert a_signer().sign(TYPE_ALONE).headers == {"Content-Type": "image/jpeg"}


def test_other_terms_make_another_signature() -> None:
    signer = a_signer()
    other = UploadTerms(key=KEY, content_type="image/png", size_bytes=10, sha256=DIGEST.hexdigest(), once=True)
    assert query_of(signer.sign(EVERYTHING))["X-Amz-Signature"] != query_of(signer.sign(other))["X-Amz-Signature"]


def test_a_url_is_valid_for_five_minutes() -> None:
    before = datetime.now(UTC)
    upload = a_signer().sign(EVERYTHING)
    assert query_of(upload)["X-Amz-Expires"] == "300"
    assert timedelta(minutes=5) <= upload.expires_at - before < timedelta(minutes=5, seconds=10)


def test_a_url_is_signed_with_version_4_for_the_regional_address() -> None:
    upload = a_signer().sign(TYPE_ALONE)
    assert query_of(upload)["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert urlsplit(upload.url).hostname == "bucket.s3.eu-west-1.amazonaws.com"


def test_with_an_ip_address_as_endpoint_the_bucket_is_in_the_path() -> None:
    upload = a_signer("http://127.0.0.1:4566").sign(TYPE_ALONE)
    assert upload.url.startswith(f"http://127.0.0.1:4566/bucket/{KEY}?")


@pytest.fixture
def writer() -> Iterator[S3ImageWriter]:
    with mock_aws():
        client = aws_clients().s3
        client.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield S3ImageWriter(client, "bucket")


def test_an_image_is_stored_with_its_terms_and_never_replaced(writer: S3ImageWriter) -> None:
    assert writer.put(EVERYTHING, b"a picture")
    assert not writer.put(replace(EVERYTHING, sha256=None, size_bytes=None), b"another one")
    stored = aws_clients().s3.get_object(Bucket="bucket", Key=KEY)
    assert stored["Body"].read() == b"a picture"
    assert (stored["ContentType"], stored["Metadata"]) == ("image/png", dict(EVERYTHING.metadata or {}))


def test_any_other_refusal_of_the_bucket_is_an_error() -> None:
    with mock_aws(), pytest.raises(ClientError, match="NoSuchBucket"):
        S3ImageWriter(aws_clients().s3, "bucket").put(EVERYTHING, b"a picture")
