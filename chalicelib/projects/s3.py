"""The entries and images of data sets and the files of versions, in S3."""

import re
from collections.abc import Iterable
from hashlib import md5, sha256
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.s3_objects import content_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.image import content_type_of
from chalicelib.projects.domain import DatasetType, Location
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.limits import LARGEST_MANIFEST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_revision = re.compile(r"([0-9]{10})-[0-9a-f]{32}\.jsonl")
_UNREADABLE = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "AccessDenied", "InvalidArgument", "PermanentRedirect"}


class S3Entries:
    """`datasets/<project>/<train or test>/<revision>.jsonl`; manifests anywhere."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def manifest(self, location: Location, version_id: str | None) -> list[bytes]:
        """One read; of a manifest that is too large, none of its content."""
        uri = f"s3://{location.bucket}/{location.key}"
        version = {} if version_id is None else {"VersionId": version_id}
        try:
            answer = self._client.get_object(Bucket=location.bucket, Key=location.key, **version)  # type: ignore[arg-type]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _UNREADABLE:
                raise
            raise _bad_manifest(f"{uri} cannot be read ({code}): check the name and Linewatch's rights") from error
        with answer["Body"] as body:
            if answer["ContentLength"] > LARGEST_MANIFEST:
                raise _bad_manifest(
                    f"{uri} has {answer['ContentLength']} bytes; a manifest has at most {LARGEST_MANIFEST}"
                )
            return body.read().splitlines()

    def write(self, project: str, of: DatasetType, revision: str, lines: Iterable[str]) -> None:
        """One put."""
        content = "".join(f"{line}\n" for line in lines).encode()
        self._client.put_object(Bucket=self.bucket, Key=_entries_key(project, of, revision), Body=content)

    def read(self, project: str, of: DatasetType, revision: str) -> list[bytes] | None:
        """One get."""
        content = content_of(self._client, self.bucket, _entries_key(project, of, revision))
        return None if content is None else content.splitlines()

    def delete(self, project: str, of: DatasetType, *, up_to: str) -> None:
        """A list, and a delete of each file."""
        folder = _entries_folder(project, of)
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=folder):
            for each in page.get("Contents", []):
                revision = _revision.fullmatch(each["Key"].removeprefix(folder))
                if revision is not None and revision[1] <= up_to:
                    self._client.delete_object(Bucket=self.bucket, Key=each["Key"])


class S3ImageStore:
    """`datasets/<project>/images/<SHA-256>.jpg`, or `.png`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, project: str, content: bytes) -> str:
        """One head request; one put, unless the image is there."""
        content_type = content_type_of(content) or "image/png"
        suffix = "jpg" if content_type == "image/jpeg" else "png"
        key = f"datasets/{project}/images/{sha256(content).hexdigest()}.{suffix}"
        if _etag(self._client, self._bucket, key) is None:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)
        return f"s3://{self._bucket}/{key}"


class S3ModelFiles:
    """`models/<project>/<version>.safetensors`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def exists(self, project: str, version: int) -> bool:
        """One head request."""
        return _etag(self._client, self._bucket, _model_key(project, version)) is not None

    def read(self, project: str, version: int) -> bytes | None:
        """One get."""
        return content_of(self._client, self._bucket, _model_key(project, version))

    def put(self, project: str, version: int, content: bytes) -> None:
        """One conditional put, which never replaces another file; the same file may be put again."""
        key = _model_key(project, version)
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            if _etag(self._client, self._bucket, key) != f'"{md5(content, usedforsecurity=False).hexdigest()}"':
                message = f"version {version} of project {project} has another file: try again with the next version"
                raise Conflict(f"{project}/{version}", ResourceType.MODEL, message) from error

    def delete(self, project: str, version: int) -> None:
        """One delete; it is no error if there is no file."""
        self._client.delete_object(Bucket=self._bucket, Key=_model_key(project, version))


def _etag(client: "S3Client", bucket: str, key: str) -> str | None:
    """The ETag of an object; None if there is none."""
    try:
        return client.head_object(Bucket=bucket, Key=key)["ETag"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return None


def _bad_manifest(message: str) -> InvalidRequest:
    return InvalidRequest(("DatasetSource.GroundTruthManifest.S3Object", message))


def _entries_key(project: str, of: DatasetType, revision: str) -> str:
    return f"{_entries_folder(project, of)}{revision}.jsonl"


def _entries_folder(project: str, of: DatasetType) -> str:
    return f"datasets/{project}/{of}/"


def _model_key(project: str, version: int) -> str:
    return f"models/{project}/{version}.safetensors"
