"""The table of sessions and links."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.access.domain import Role
from chalicelib.access.people import Person, Session, owner_in
from chalicelib.core.clock import moment_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import LinkUsed, UnreadableRecord
from chalicelib.core.unreadable import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, UpdateTypeDef


class DynamoDBSessions:
    """The sessions table: hash key `owner`, range key `session_id`. Reads are consistent, so an end works at once.

    DynamoDB deletes what has expired, some time after `forgotten_at`.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, session: Session) -> None:
        """One put."""
        self._client.put_item(TableName=self._table, Item=_to_item(session))

    def find(self, session_id: str) -> Session | None:
        """One read; `UnreadableRecord` when the item cannot be read."""
        owner = owner_in(session_id)
        if owner is None:
            return None
        key = _key(owner, session_id)
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if item is None else _read(item)

    def begin(self, link_id: str, session: Session, at: datetime) -> None:
        """One transaction; `LinkUsed` when somebody was faster."""
        use: UpdateTypeDef = {
            "TableName": self._table,
            "Key": _key(session.person.owner, link_id),
            "UpdateExpression": "SET used_at = :at",
            "ConditionExpression": "attribute_exists(session_id) AND attribute_not_exists(used_at)",
            "ExpressionAttributeValues": {":at": {"S": at.isoformat()}},
        }
        put: PutTypeDef = {"TableName": self._table, "Item": _to_item(session)}
        try:
            self._client.transact_write_items(TransactItems=[{"Update": use}, {"Put": put}])
        except self._client.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][0].get("Code") != "ConditionalCheckFailed":
                raise
            link = self.find(link_id)
            raise LinkUsed(None if link is None else link.used_at) from error

    def end(self, session_id: str) -> None:
        """One deletion."""
        owner = owner_in(session_id)
        if owner is not None:
            self._client.delete_item(TableName=self._table, Key=_key(owner, session_id))

    def end_all(self, owner: str) -> int:
        """Read and delete until nothing is left: a session that a link began meanwhile ends too."""
        ended = 0
        while found := self._ids_of(owner):
            for session_id in found:
                self._client.delete_item(TableName=self._table, Key=_key(owner, session_id))
            ended += len(found)
        return ended

    def _ids_of(self, owner: str) -> list[str]:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": {"S": owner}},
            ConsistentRead=True,
        )
        return [item["session_id"]["S"] for item in answer["Items"]]


def _key(owner: str, session_id: str) -> dict[str, Any]:
    return {"owner": {"S": owner}, "session_id": {"S": session_id}}


def _to_item(session: Session) -> dict[str, Any]:
    person = session.person
    item = _key(person.owner, session.session_id) | {
        "name": {"S": person.name},
        "role": {"S": person.role},
        "projects": {"L": [{"S": project} for project in person.projects]},
        "secret_sha256": {"S": session.secret_sha256},
        "created_at": {"S": session.created_at.isoformat()},
        "expires_at": {"S": session.expires_at.isoformat()},
        "forgotten_at": {"N": str(int(session.expires_at.timestamp()))},
    }
    return item if session.used_at is None else item | {"used_at": {"S": session.used_at.isoformat()}}


def _read(item: Mapping[str, Any]) -> Session:
    try:
        text = {name: value["S"] for name, value in item.items() if "S" in value}
        person = Person(text["name"], Role(text["role"]), tuple(each["S"] for each in item["projects"]["L"]))
        return Session(
            text["session_id"],
            person,
            text["secret_sha256"],
            created_at=moment_of(text["created_at"]),
            expires_at=moment_of(text["expires_at"]),
            used_at=moment_of(text["used_at"]) if "used_at" in text else None,
        )
    except Exception as error:
        reason = Unreadable("sessions table", str(item["session_id"]["S"]), describe_error(error))
        raise UnreadableRecord(reason) from error
