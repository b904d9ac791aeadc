"""The table of projects, data sets and versions, and of the answers to client tokens.

Hash key `project`, range key `item`: `project`, `dataset#train`, `dataset#test`, `model#0000000001`,
`token#<operation>#<token>`. Each holds its value as JSON in `body`. The `project` item has the record's revision: every
commit checks it and raises it, and so the commits of a project follow one another.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from chalicelib.aws.dynamodb import Item
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable
from chalicelib.projects.domain import DATASET, MODEL, PROJECT, Dataset, Kind, ModelVersion
from chalicelib.projects.life_cycle import KINDS
from chalicelib.projects.operations import Operation
from chalicelib.projects.ports import Answer
from chalicelib.projects.record import ProjectRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_INDEX = "by_kind"
_PROJECT = "project"
_SOMEBODY_WAS_FASTER = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoDBRegistry:
    """The registry table. The index `by_kind` (`kind`, `project`) has projects and the versions of some statuses."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, project: str) -> ProjectRecord:
        """Consistent reads, the revision first: what changes after that makes a commit of this record fail.

        `UnreadableRecord` if the project cannot be read. A data set or version that cannot be read is logged and left
        out.
        """
        head = self._item(project, _PROJECT) or {}
        values = [value for item in self._parts(project) if (value := _part_in(item)) is not None]
        datasets = {value.type: value for value in values if isinstance(value, Dataset)}
        models = {value.version: value for value in values if isinstance(value, ModelVersion)}
        return ProjectRecord(
            name=project,
            revision=int(head["revision"]["N"]) if head else 0,
            last_version=int(head["last_version"]["N"]) if head else 0,
            project=_read(PROJECT, head) if "body" in head else None,
            datasets=datasets,
            models=models,
        )

    def commit(self, before: ProjectRecord, after: ProjectRecord, answer: Answer | None, *, at: datetime) -> bool:
        """One transaction. If an answer is lost, the client's own repetition finds the transaction done."""
        was, becomes = _parts_of(before), _parts_of(after)
        writes = [
            self._put_head(before, after),
            *(self._put(item) for name, item in becomes.items() if was.get(name) != item),
            *(self._delete(item) for name, item in was.items() if name not in becomes),
            *([] if answer is None else [self._put_answer(before.name, answer, at)]),
        ]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if codes & _SOMEBODY_WAS_FASTER:
                return False
            raise
        return True

    def answer(self, project: str, operation: Operation, token: str) -> Answer | None:
        """One consistent read. DynamoDB removes an expired answer within days."""
        item = self._item(project, _token_item(operation, token))
        if item is None:
            return None
        expires_at = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC)
        return Answer(operation, token, item["request"]["S"], item["body"]["S"], expires_at)

    def of_kind(self, kind: Kind) -> Iterator[str]:
        """A query of the index."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=_INDEX,
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
        )
        last = None
        for project in (item["project"]["S"] for page in pages for item in page["Items"]):
            if project != last:
                yield project
            last = project

    def _item(self, project: str, item: str) -> Item | None:
        key = {"project": {"S": project}, "item": {"S": item}}
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _parts(self, project: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#project = :project AND #item BETWEEN :first AND :last",
            ExpressionAttributeNames={"#project": "project", "#item": "item"},
            ExpressionAttributeValues={
                ":project": {"S": project},
                ":first": {"S": "dataset#"},
                ":last": {"S": "model#~"},
            },
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _put_head(self, before: ProjectRecord, after: ProjectRecord) -> "TransactWriteItemTypeDef":
        item: Item = {
            "project": {"S": after.name},
            "item": {"S": _PROJECT},
            "revision": {"N": str(before.revision + 1)},
            "last_version": {"N": str(after.last_version)},
        }
        if after.project is not None:
            item |= {"body": {"S": PROJECT.dump_json(after.project).decode()}, "kind": {"S": Kind.PROJECT}}
        if before.revision == 0:
            return self._put(item, ConditionExpression="attribute_not_exists(revision)")
        return self._put(
            item,
            ConditionExpression="revision = :before",
            ExpressionAttributeValues={":before": {"N": str(before.revision)}},
        )

    def _put_answer(self, project: str, answer: Answer, at: datetime) -> "TransactWriteItemTypeDef":
        item: Item = {
            "project": {"S": project},
            "item": {"S": _token_item(answer.operation, answer.token)},
            "request": {"S": answer.request},
            "body": {"S": answer.value},
            "expires_at": {"N": str(int(answer.expires_at.timestamp()))},
        }
        return self._put(
            item,
            ConditionExpression="attribute_not_exists(expires_at) OR expires_at <= :now",
            ExpressionAttributeValues={":now": {"N": str(int(at.timestamp()))}},
        )

    def _put(self, item: Item, **condition: Any) -> "TransactWriteItemTypeDef":
        put: Any = {"TableName": self._table, "Item": item, **condition}
        return {"Put": put}

    def _delete(self, item: Item) -> "TransactWriteItemTypeDef":
        return {"Delete": {"TableName": self._table, "Key": {name: item[name] for name in ("project", "item")}}}


def _token_item(operation: Operation, token: str) -> str:
    return f"token#{operation}#{token}"


def _parts_of(record: ProjectRecord) -> dict[str, Item]:
    """The items of the data sets and versions, by their range key."""
    bodies = {f"dataset#{of}": DATASET.dump_json(each) for of, each in record.datasets.items()}
    bodies |= {_model_item(each): MODEL.dump_json(each) for each in record.models.values()}
    items: dict[str, Item] = {
        name: {"project": {"S": record.name}, "item": {"S": name}, "body": {"S": body.decode()}}
        for name, body in bodies.items()
    }
    for each in record.models.values():
        if each.status in KINDS:
            items[_model_item(each)]["kind"] = {"S": KINDS[each.status]}
    return items


def _model_item(model: ModelVersion) -> str:
    return f"model#{model.version:010d}"


def _part_in(item: Item) -> Dataset | ModelVersion | None:
    try:
        return _read(DATASET, item) if item["item"]["S"].startswith("dataset#") else _read(MODEL, item)
    except UnreadableRecord as error:
        log_unreadable([error.unreadable])
        return None


def _read[T](adapter: TypeAdapter[T], item: Mapping[str, Mapping[str, Any]]) -> T:
    try:
        return adapter.validate_json(item["body"]["S"])
    except (KeyError, ValueError) as error:
        name = f"{item['project']['S']}/{item['item']['S']}"
        content = json.dumps(item, default=str)
        raise UnreadableRecord(Unreadable("registry table", name, describe_error(error), content)) from error
