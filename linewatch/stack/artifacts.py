"""The zips and the template in a bucket: named by their content, so that what is there already is not sent again."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import click
from botocore.exceptions import ClientError

from linewatch.stack.package import Package

_LOCATIONS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def make_bucket(s3: Any, bucket: str, account: str, region: str) -> None:
    """The private bucket for artifacts, unless it is there.

    Its name can be guessed, and whoever took it first could put other code into it: ClickException unless the
    account owns it.
    """
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise click.ClickException(
                f"the bucket {bucket} cannot be used: it is another account's or in another region than {region}"
                f" (a stage's names are taken in all regions), or these credentials do not reach it: {error}"
            ) from error
        elsewhere = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **elsewhere)
        everything = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(everything, True))


def upload(package: Package, numbers: Mapping[str, int], s3: Any, bucket: str) -> str:
    """Send what is not there yet; answer the key of the template, which names the zips by where they are.

    Parameters that are numbers are written in: the emulator would hand them on as text.
    """
    template = package.template
    parameters = template["Parameters"]
    given = {name: parameters.pop(name)["Default"] for name in list(parameters) if parameters[name]["Type"] == "Number"}
    template["Resources"] = _written_in({**given, **numbers}, template["Resources"])
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


def _written_in(numbers: Mapping[str, int], part: Any) -> Any:
    match part:
        case {"Ref": str(name)} if name in numbers:
            return numbers[name]
        case dict():
            return {key: _written_in(numbers, value) for key, value in part.items()}
        case list():
            return [_written_in(numbers, value) for value in part]
        case _:
            return part


def _upload_zip(archive: Path, s3: Any, bucket: str) -> str:
    key = f"zips/{content_digest(archive)}.zip"
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key)
    if not found["KeyCount"]:
        s3.upload_file(str(archive), bucket, key)
    return key


def content_digest(archive: Path) -> str:
    """Of the files' names and bytes: when they were last touched does not make them another content."""
    total = sha256()
    with ZipFile(archive) as source:
        for name in sorted(source.namelist()):
            content = source.read(name)
            total.update(f"{name}\n{len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()[:32]
