"""The rules of the bus that send the verdicts of hosted versions to the queue of shadow runs."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.aws.eventbridge import SOURCE
from chalicelib.core.inspection import LIVE

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_TARGET = "shadows"


class EventBridgeShadowRules:
    """One rule for a project whose version runs in the shadow; `rule_of` gives its name."""

    def __init__(
        self,
        client: "EventBridgeClient",
        bus: str,
        rule_of: Callable[[str], str],
        queue: str,
        dead_letters: str,
    ) -> None:
        self._client = client
        self._bus = bus
        self._rule_of = rule_of
        self._queue = queue
        self._dead_letters = dead_letters

    def open(self, project: str) -> None:
        """Two requests: the rule, and its target."""
        rule = self._rule_of(project)
        pattern = {
            "source": [SOURCE],
            "detail-type": ["ImageInspected", "ImageUnfamiliar"],
            "detail": {"inspection": {"project": [project], "run": [LIVE]}},
        }
        self._client.put_rule(
            Name=rule,
            EventBusName=self._bus,
            EventPattern=json.dumps(pattern),
            Description=f"The images of {project}, which a version judges in the shadow",
        )
        self._client.put_targets(
            Rule=rule,
            EventBusName=self._bus,
            Targets=[
                {
                    "Id": _TARGET,
                    "Arn": self._queue,
                    "DeadLetterConfig": {"Arn": self._dead_letters},
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
                }
            ],
        )

    def close(self, project: str) -> None:
        """Two requests; a rule has no targets when it is deleted."""
        rule = self._rule_of(project)
        with suppress(self._client.exceptions.ResourceNotFoundException):
            self._client.remove_targets(Rule=rule, EventBusName=self._bus, Ids=[_TARGET])
            self._client.delete_rule(Name=rule, EventBusName=self._bus)
