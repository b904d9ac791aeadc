"""A stage's bucket for artifacts: zips, templates and settings.

The keys of zips and templates are digests of their content, so that nothing is uploaded twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from botocore.exceptions import ClientError

from chalicelib.core.errors import LinewatchError
from linewatch.stack.account import Account
from linewatch.stack.template import Template

TEMPLATES, ZIPS = "templates/", "zips/"
KEPT = 10
"""Templates that are kept, with their zips: those that a rollback may need, and some to look at."""

_LOCATIONS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_LIFECYCLE = {
    "Rules": [
        {
            "ID": "delete-replaced",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {
            "ID": "delete-markers",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
        },
    ]
}


class BucketUnusable(LinewatchError):
    """The bucket for artifacts belongs to another account, is in another region, or cannot be reached."""


def bucket_of(stage: str, account: str) -> str:
    """The name of a stage's bucket for artifacts."""
    return f"linewatch-{stage}-artifacts-{account}"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The bucket of one stage in one account."""

    stage: str
    account: Account

    @property
    def bucket(self) -> str:
        """Its name."""
        return bucket_of(self.stage, self.account.account)

    @property
    def _s3(self) -> Any:
        return self.account.client("s3")

    def exists(self) -> bool:
        """Whether there is such a bucket.

        Anyone can guess its name. Another account that owns it could put other code into it, so this raises
        `BucketUnusable` unless this account owns the bucket.
        """
        try:
            self._s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self.account.account)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchBucket"}:
                return False
            raise BucketUnusable(
                f"the bucket {self.bucket} cannot be used. Either it belongs to another account, or it is not in "
                f"{self.account.region} (a stage name can be used in one region only, because S3 bucket names are "
                f"global), or these credentials do not give access to it: {error}"
            ) from error
        return True

    def make_bucket(self) -> None:
        """Create the private bucket unless it exists. On AWS it takes TLS only and keeps what is replaced for 30 days.

        Raises `BucketUnusable`.
        """
        s3, bucket, region = self._s3, self.bucket, self.account.region
        if not self.exists():
            elsewhere = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            s3.create_bucket(Bucket=bucket, **elsewhere)
        everything = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(everything, True))
        if not self.account.emulated:  # which has no certificate, and no use for old versions
            _harden(s3, bucket)

    def upload(self, template: Template, folder: Path) -> str:
        """Upload the template and the zips of a package's folder, and return the template's URL.

        The template, which is changed, then refers to the zips by their S3 URLs.
        """
        s3, bucket = self._s3, self.bucket
        keys: dict[str, str] = {}
        for resource in template["Resources"].values():
            if location := _LOCATIONS.get(resource["Type"]):
                name = resource["Properties"][location]
                if name not in keys:
                    keys[name] = _upload_zip(folder / name, s3, bucket)
                resource["Properties"][location] = f"s3://{bucket}/{keys[name]}"
        body = json.dumps(template, sort_keys=True).encode()
        key = f"{TEMPLATES}{sha256(body).hexdigest()[:32]}.json"
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        url: str = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}).split("?")[0]
        return url

    def delete_old(self) -> None:
        """Delete all but the last templates, and the zips that none of them names."""
        s3, bucket = self._s3, self.bucket
        templates = sorted(_listed(s3, bucket, TEMPLATES), key=lambda each: each["LastModified"])
        kept = [s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode() for each in templates[-KEPT:]]
        zips = [each["Key"] for each in _listed(s3, bucket, ZIPS)]
        unused = [key for key in zips if not any(key in template for template in kept)]
        delete_objects(s3, bucket, [{"Key": key} for key in unused + [each["Key"] for each in templates[:-KEPT]]])


def _harden(s3: Any, bucket: str) -> None:
    arn = f"arn:{_partition(s3)}:s3:::{bucket}"
    only_tls = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [only_tls]}))
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=_LIFECYCLE)


def _partition(s3: Any) -> str:
    partition: str = s3.meta.partition
    return partition


def _listed(s3: Any, bucket: str, prefix: str) -> list[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry for page in pages for entry in page.get("Contents", [])]


def delete_objects(s3: Any, bucket: str, objects: Sequence[dict[str, str]]) -> None:
    """Delete these objects or versions of objects. Raises LinewatchError for one that S3 keeps."""
    for first in range(0, len(objects), 1000):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects[first : first + 1000], "Quiet": True})
        if errors := answer.get("Errors"):
            raise LinewatchError(f"{bucket}: {errors[0]['Key']} cannot be deleted: {errors[0]['Message']}")


def _upload_zip(archive: Path, s3: Any, bucket: str) -> str:
    key = f"{ZIPS}{content_digest(archive)}.zip"
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
