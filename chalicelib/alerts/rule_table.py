"""The table of alert rules: hash key `project`; each item has the record as JSON in `body`, and its `revision`."""

import json
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from chalicelib.alerts.rules import ProjectAlerts
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RECORD: TypeAdapter[ProjectAlerts] = TypeAdapter(ProjectAlerts)


class DynamoDBProjectRules:
    """The table of alert rules."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, project: str) -> ProjectAlerts | None:
        """One consistent read."""
        key = {"project": {"S": project}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if item is None:
            return None
        try:
            return RECORD.validate_json(item["body"]["S"])
        except (KeyError, ValueError) as error:
            content = json.dumps(item, default=str)
            raise UnreadableRecord(Unreadable("alert rules", project, describe_error(error), content)) from error

    def put(self, rules: ProjectAlerts) -> bool:
        """One conditional put."""
        new = "attribute_not_exists(revision) OR " if rules.revision == 1 else ""
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "project": {"S": rules.project},
                    "revision": {"N": str(rules.revision)},
                    "body": {"S": RECORD.dump_json(rules).decode()},
                },
                ConditionExpression=f"{new}revision = :before",
                ExpressionAttributeValues={":before": {"N": str(rules.revision - 1)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
