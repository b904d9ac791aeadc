"""Requests are counted for the handler that makes them, and for nobody else."""

import boto3
import pytest
from moto import mock_aws

from linewatch.bench.tally import Tally


@mock_aws
def test_only_what_a_handler_asks_of_aws_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    tally = Tally()
    tally.listen()
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="unwatched")
    with tally.watching("inspect_images"):
        s3.put_object(Bucket="unwatched", Key="a", Body=b"")
        s3.list_objects_v2(Bucket="unwatched")
    assert tally.invocations == {"inspect_images": 1}
    assert tally.requests == {("inspect_images", "s3.PutObject"): 1, ("inspect_images", "s3.ListObjectsV2"): 1}
    tally.forget()
    assert not tally.requests
