"""The table of access keys."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.access.domain import AccessKey, Grant, Role
from chalicelib.core.clock import moment_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import NotFound, UnreadableRecord
from chalicelib.core.unreadable import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_TIMES = ("created_at", "revoked_at", "expires_at")


class DynamoDBAccessKeys:
    """The keys table: hash key `key_id`. Reads are consistent, so a revocation works from the next read on."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, key: AccessKey) -> None:
        """One conditional put, which never replaces a key."""
        self._client.put_item(
            TableName=self._table, Item=_to_item(key), ConditionExpression="attribute_not_exists(key_id)"
        )

    def find(self, key_id: str) -> AccessKey | None:
        """The stored key, revoked or not. `UnreadableRecord` when it cannot be read."""
        answer = self._client.get_item(TableName=self._table, Key={"key_id": {"S": key_id}}, ConsistentRead=True)
        found = _read(answer["Item"]) if "Item" in answer else None
        if isinstance(found, Unreadable):
            raise UnreadableRecord(found)
        return found

    def all(self) -> Iterator[AccessKey | Unreadable]:
        """Every key, in any order."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True):
            yield from map(_read, page["Items"])

    def revoke(self, key_id: str, at: datetime) -> None:
        """Mark the key as revoked; a second call keeps the first time. `NotFound` when there is no such key."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"key_id": {"S": key_id}},
                UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :at)",
                ConditionExpression="attribute_exists(key_id)",
                ExpressionAttributeValues={":at": {"S": at.isoformat()}},
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise NotFound(f"there is no key {key_id}") from error


def _to_item(key: AccessKey) -> dict[str, Any]:
    grant = key.grant
    item: dict[str, Any] = {
        "key_id": {"S": grant.key_id},
        "role": {"S": grant.role},
        "project": {"S": grant.project},
        "lines": {"L": [{"S": pattern} for pattern in grant.lines]},
        "cameras": {"L": [{"S": pattern} for pattern in grant.cameras]},
        "secret_sha256": {"S": key.secret_sha256},
        "created_at": {"S": key.created_at.isoformat()},
        "note": {"S": key.note},
    }
    if key.sealed_secret is not None:
        item["sealed_secret"] = {"B": key.sealed_secret}
    if key.made_by:
        item["made_by"] = {"S": key.made_by}
    times = {"revoked_at": key.revoked_at, "expires_at": key.expires_at}
    return item | {name: {"S": at.isoformat()} for name, at in times.items() if at is not None}


def _read(item: Mapping[str, Mapping[str, Any]]) -> AccessKey | Unreadable:
    try:
        return _from_item(item)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the item is its reason
        return Unreadable("keys table", str(item["key_id"]["S"]), describe_error(error))


def _from_item(item: Mapping[str, Mapping[str, Any]]) -> AccessKey:
    text = {name: value["S"] for name, value in item.items() if "S" in value}
    patterns = {name: tuple(each["S"] for each in item[name]["L"]) for name in ("lines", "cameras")}
    grant = Grant(text["key_id"], Role(text["role"]), text["project"], patterns["lines"], patterns["cameras"])
    times = {name: moment_of(text[name]) for name in _TIMES if name in text}
    sealed_secret = item["sealed_secret"]["B"] if "sealed_secret" in item else None
    made_by = text.get("made_by", "")
    return AccessKey(
        grant, text["secret_sha256"], note=text["note"], sealed_secret=sealed_secret, made_by=made_by, **times
    )
