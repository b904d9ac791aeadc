"""Has `follow_hosting` look at a project now, and not only at its next run."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.observability import log_failure
from chalicelib.core.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaWaker:
    """Starts the function with an event that names the project, and waits for no answer."""

    def __init__(self, functions: "LambdaClient", function: str, clock: Clock) -> None:
        self._functions = functions
        self._function = function
        self._clock = clock

    def wake(self, project: str) -> None:
        """One request. If it fails that is logged: the schedule's next run, within a minute, finds the same work."""
        event = _event(project, self._clock())
        try:
            self._functions.invoke(FunctionName=self._function, InvocationType="Event", Payload=json.dumps(event))
        except (BotoCoreError, ClientError) as error:
            log_failure("follow_hosting was not woken; it runs each minute", error, project=project)


def _event(project: str, now: datetime) -> dict[str, object]:
    """In the form of an EventBridge event, as the function gets from its schedule."""
    return {
        "version": "0",
        "id": f"wake-{project}",
        "detail-type": "ProjectChanged",
        "source": "linewatch",
        "account": "",
        "time": now.isoformat(),
        "region": "",
        "resources": [],
        "detail": {"project": project},
    }
