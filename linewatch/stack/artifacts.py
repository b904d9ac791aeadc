"""Upload the zips and the template. Their keys are digests of their content, so that nothing is uploaded twice."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from botocore.exceptions import ClientError

from chalicelib.core.errors import LinewatchError
from linewatch.stack.package import Package
from linewatch.stack.values import Value, with_values

_LOCATIONS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def bucket_of(stage: str, account: str) -> str:
    """The name of a stage's bucket for artifacts."""
    return f"linewatch-{stage}-artifacts-{account}"


class BucketUnusable(LinewatchError):
    """The bucket for artifacts belongs to another account, is in another region, or cannot be reached."""


def make_bucket(s3: Any, bucket: str, account: str, region: str) -> None:
    """Create the private bucket for artifacts unless it exists.

    Anyone can guess its name. Another account that owns it could put other code into it, so this raises
    `BucketUnusable` unless `account` owns the bucket.
    """
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise BucketUnusable(
                f"the bucket {bucket} cannot be used. Either it belongs to another account, or it is not in {region} "
                "(a stage name can be used in one region only, because S3 bucket names are global), or these "
                f"credentials do not give access to it: {error}"
            ) from error
        elsewhere = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **elsewhere)
        everything = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(everything, True))


def upload(package: Package, values: Mapping[str, Value], s3: Any, bucket: str) -> str:
    """Upload what is missing and return the template's key. The template refers to the zips by their S3 URLs.

    `values` are written into it: those of all its parameters, and of pseudo parameters.
    """
    template = with_values(package.template, values)
    keys: dict[str, str] = {}
    for resource in template["Resources"].values():
        if location := _LOCATIONS.get(resource["Type"]):
            name = resource["Properties"][location]
            if name not in keys:
                keys[name] = _upload_zip(package.folder / name, s3, bucket)
            resource["Properties"][location] = f"s3://{bucket}/{keys[name]}"
    body = json.dumps(template, sort_keys=True).encode()
    key = f"templates/{sha256(body).hexdigest()[:32]}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return key


def _upload_zip(archive: Path, s3: Any, bucket: str) -> str:
    key = f"zips/{content_digest(archive)}.zip"
    listing = s3.list_objects_v2(Bucket=bucket, Prefix=key)
    if not listing["KeyCount"]:
        s3.upload_file(str(archive), bucket, key)
    return key


def content_digest(archive: Path) -> str:
    """A digest of the names and contents of the files in a zip. Their times do not count."""
    total = sha256()
    with ZipFile(archive) as source:
        for name in sorted(source.namelist()):
            content = source.read(name)
            total.update(f"{name}\n{len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()[:32]
