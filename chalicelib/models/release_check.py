"""The check of a new version of inspect_images, before it gets any image.

The new version loads the live model of every project. Loading one reproduces its reference images, so that another
library, another machine or too little memory is noticed here and not in a verdict.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.models.ports import SELF_TEST

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient


class ReleaseCheck:
    """The hook that CodeDeploy calls before it moves traffic. `version` is the ARN of the function's new version."""

    def __init__(
        self, dynamodb: "DynamoDBClient", functions: "LambdaClient", codedeploy: Any, *, table: str, version: str
    ) -> None:
        self._dynamodb = dynamodb
        self._functions = functions
        self._codedeploy = codedeploy
        self._table = table
        self._version = version

    def run(self, hook: Mapping[str, str]) -> list[str]:
        """Check, answer CodeDeploy, and return the failures by project. `hook` is CodeDeploy's event.

        CodeDeploy is answered also when the check itself fails: it would wait for an hour.
        """
        status = "Failed"
        try:
            failures = [failure for project in self._projects() if (failure := self._failure(project))]
            status = "Failed" if failures else "Succeeded"
        finally:
            self._codedeploy.put_lifecycle_event_hook_execution_status(
                deploymentId=hook["DeploymentId"],
                lifecycleEventHookExecutionId=hook["LifecycleEventHookExecutionId"],
                status=status,
            )
        return failures

    def _projects(self) -> Iterator[str]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, FilterExpression="attribute_exists(live_version)"
        )
        return (item["project"]["S"] for page in pages for item in page["Items"])

    def _failure(self, project: str) -> str | None:
        answer = self._functions.invoke(FunctionName=self._version, Payload=json.dumps({SELF_TEST: project}))
        return f"{project}: {answer['Payload'].read().decode()}" if "FunctionError" in answer else None
