"""What of a stage stays when its stack is deleted: tables and buckets, which hold the records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from linewatch.stack.account import Account
from linewatch.stack.artifacts import delete_objects
from linewatch.stack.template import PackagingFailed, Template

_COUNTED = 100_000
"""Objects of a bucket that are counted: a hundred requests."""
_GB = 1e9
_ATTEMPTS = 5


class Kept(Protocol):
    """A table, a bucket or the key that signs."""

    @property
    def name(self) -> str: ...

    def describe(self) -> str | None:
        """What it holds and what that costs, None when it does not exist."""
        ...

    def delete(self) -> None:
        """Delete it with all that it holds, unless it is gone already."""
        ...


def kept_by(template: Template, account: Account) -> list[Kept]:
    """Everything in the template that outlives the stack. Raises `PackagingFailed` for what nothing here can delete."""
    dynamodb, s3 = account.client("dynamodb"), account.client("s3")
    found: list[Kept] = []
    for name, resource in template["Resources"].items():
        match resource:
            case {"DeletionPolicy": str(policy)} if policy == "Delete":
                continue
            case {"DeletionPolicy": _, "Type": "AWS::DynamoDB::Table", "Properties": {"TableName": table}}:
                found.append(Table(table, dynamodb))
            case {"DeletionPolicy": _, "Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}:
                found.append(Bucket(bucket, s3, account.account))
            case {"DeletionPolicy": _}:
                raise PackagingFailed(f"{name} outlives the stack, and `linewatch destroy` does not know its kind")
    return found


@dataclass(frozen=True)
class Table:
    """A DynamoDB table."""

    name: str
    _dynamodb: Any

    def describe(self) -> str | None:
        """By DynamoDB's own count, which is up to six hours old."""
        if (table := self._found()) is None:
            return None
        size = table.get("TableSizeBytes", 0)
        return f"table {self.name}: about {table.get('ItemCount', 0):,} items, {_monthly(size, 0.25)}"

    def delete(self) -> None:
        """Also when it is protected from deletion."""
        if (table := self._found()) is None or table["TableStatus"] == "DELETING":
            return
        if table.get("DeletionProtectionEnabled"):
            self._dynamodb.update_table(TableName=self.name, DeletionProtectionEnabled=False)
            self._dynamodb.get_waiter("table_exists").wait(TableName=self.name)
        self._dynamodb.delete_table(TableName=self.name)

    def _found(self) -> dict[str, Any] | None:
        table: dict[str, Any] | None = _unless_absent(
            lambda: self._dynamodb.describe_table(TableName=self.name)["Table"]
        )
        return table


@dataclass(frozen=True)
class Bucket:
    """An S3 bucket of this account."""

    name: str
    _s3: Any
    _owner: str

    def describe(self) -> str | None:
        """Up to a hundred thousand objects are counted."""
        if not self._exists():
            return None
        count = size = 0
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            count, size = count + page["KeyCount"], size + sum(each["Size"] for each in page.get("Contents", []))
            if count >= _COUNTED:
                return f"bucket {self.name}: over {count:,} objects, over {_monthly(size, 0.023)}"
        return f"bucket {self.name}: {count:,} objects, {_monthly(size, 0.023)}"

    def has_images(self) -> bool:
        """Whether there is an image in it."""
        if not self._exists():
            return False
        return bool(self._s3.list_objects_v2(Bucket=self.name, Prefix="images/", MaxKeys=1)["KeyCount"])

    def delete(self) -> None:
        """With all versions of all objects. A camera may still upload for some minutes: then once more."""
        for attempt in range(_ATTEMPTS):
            if not self._exists():
                return
            self.empty()
            try:
                self._s3.delete_bucket(Bucket=self.name, ExpectedBucketOwner=self._owner)
            except ClientError as error:
                if error.response["Error"]["Code"] != "BucketNotEmpty" or attempt == _ATTEMPTS - 1:
                    raise

    def empty(self, *prefixes: str) -> None:
        """Delete all versions of all objects, or of those whose keys begin with one of these."""
        if not self._exists():
            return
        for prefix in prefixes or ("",):
            for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix):
                versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                found = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
                delete_objects(self._s3, self.name, found)

    def _exists(self) -> bool:
        head = lambda: self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._owner) or {}  # noqa: E731
        return _unless_absent(head) is not None


def _unless_absent(look: Callable[[], Any]) -> Any:
    """What `look` answers; None for what does not exist."""
    try:
        return look()
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket", "ResourceNotFoundException"}:
            raise
        return None


def _monthly(size: int, usd: float) -> str:
    return f"{size / _GB:.2f} GB, {size / _GB * usd:.2f} USD a month"
