"""Requests are counted for the handler that makes them."""

from boto3.session import Session
from moto import mock_aws

from linewatch.dev.bench.request_counter import RequestCounter


@mock_aws
def test_only_requests_of_a_handler_are_counted() -> None:
    session = Session(aws_access_key_id="a", aws_secret_access_key="s", region_name="us-east-1")
    counter = RequestCounter()
    counter.listen(session)
    s3 = session.client("s3")
    s3.create_bucket(Bucket="unwatched")
    with counter.watching("inspect_images"):
        s3.put_object(Bucket="unwatched", Key="a", Body=b"")
        s3.list_objects_v2(Bucket="unwatched")
    assert counter.invocations == {"inspect_images": 1}
    assert counter.requests == {("inspect_images", "s3.PutObject"): 1, ("inspect_images", "s3.ListObjectsV2"): 1}
    counter.reset()
    assert not counter.requests
