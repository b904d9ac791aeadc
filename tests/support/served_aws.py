"""AWS of moto that speaks HTTP, for those who do not use botocore."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.pipeline.account import REGION


@contextmanager
def served_aws() -> Iterator[str]:
    """Its address. It is empty at first: all servers of a process have the same state."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    try:
        urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()
        yield address
    finally:
        server.stop()


@contextmanager
def served_bucket(bucket: str) -> Iterator[Any]:
    """A client of S3 with a new bucket. Everybody reaches this AWS by the environment during the block."""
    with served_aws() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "id")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        s3: Any = boto3.client("s3")
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield s3


@contextmanager
def served_stage(bucket: str) -> Iterator[Any]:
    """The same with the table of calendars of the stage `test`."""
    with served_bucket(bucket) as s3:
        table: Any = boto3.client("dynamodb")
        table.create_table(
            TableName="linewatch-test-calendars",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
        )
        yield s3
