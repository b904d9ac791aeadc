"""Images of S3: those below a prefix, whose folders are labels, and those that a manifest names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.models.image_files import SUFFIXES
from chalicelib.models.names import MASKS, TEST, label_of
from chalicelib.projects.domain import DatasetType
from linewatch.operate.datasets.example import CannotRead, Example, File, Found
from linewatch.operate.datasets.ground_truth import label_fields

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Objects:
    """Reads objects. Those whose URI begins with `images` are among the project's images already."""

    s3: "S3Client"
    images: str

    def file(self, uri: str) -> File:
        """An object by its URI."""
        return File(uri, lambda: self._read(uri), uri if uri.startswith(self.images) else None)

    def _read(self, uri: str) -> bytes:
        bucket, key = bucket_and_key(uri)
        try:
            return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise CannotRead(f"it cannot be read ({error.response['Error']['Code']})") from error

    def below(self, uri: str) -> Iterator[str]:
        """The keys below a prefix."""
        bucket, prefix = bucket_and_key(uri)
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (each["Key"] for each in page.get("Contents", []))


def bucket_and_key(uri: str) -> tuple[str, str]:
    """The parts of `s3://<bucket>/<key>`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def examples_below(uri: str, objects: Objects, at: datetime) -> Found:
    """The images below a prefix. The nearest folder with the name of a label says theirs; without one they have none.

    What is below a folder `test` is for the test data set; a folder of masks is not used.
    """
    bucket, prefix = bucket_and_key(uri)
    found = Found()
    for key in objects.below(uri):
        name = f"s3://{bucket}/{key}"
        folders = key.removeprefix(prefix.rpartition("/")[0]).lower().split("/")[:-1]
        if not key.lower().endswith(SUFFIXES):
            found.notes += [] if key.endswith("/") else [f"{name}: it is no image by its suffix"]
        elif set(MASKS) & set(folders):
            found.notes.append(f"{name}: masks below a prefix are not used; a manifest can name them")
        else:
            label = next((label for each in reversed(folders) if (label := label_of(each))), None)
            of = DatasetType.TEST if set(TEST) & set(folders) else DatasetType.TRAIN
            fields = {} if label is None else label_fields("normal" if label == "normal" else "anomaly", at)
            found.examples.append(Example(objects.file(name), of, fields))
    return found
