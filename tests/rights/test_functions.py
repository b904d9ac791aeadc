"""Every function may do what it does, and nothing else: its role against the calls that botocore really made.

The calls come from the handlers themselves, on moto, in scenarios of good work and of trouble.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from tests.pipeline.administration import RECIPIENT, SENDER
from tests.pipeline.photographs import artifact
from tests.pipeline.world import World, deployed
from tests.rights.calls import RecordingWire
from tests.rights.grants import Policies, missing, unused
from tests.rights.needs import Need, arn
from tests.rights.troubles import TROUBLES
from tests.support.resources import Properties, name_in

pytestmark = pytest.mark.faults

type Needs = Mapping[str, set[Need]]

_POLLS = {
    "SQS": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "DynamoDB": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
}
"""What Lambda does with a function's role to read its source.

Source: "AWSLambdaSQSQueueExecutionRole" and "AWSLambdaDynamoDBExecutionRole", AWS managed policies.
"""
_EVERYWHERE = {"WriteTheLog", "SendTraces"}
"""Statements for Lambda and the X-Ray daemon, which write for every function."""


class Apart(World):
    """Each function has workers of its own, which know nothing of what another function has asked for."""

    _last = ""

    def _invoke(self, handler: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        if handler != self._last:
            self.start_cold()
        self._last = handler
        return super()._invoke(handler, event)


@pytest.fixture(scope="module")
def needed() -> Needs:
    """What each function needed in all scenarios, in the stage `test`."""
    found: dict[str, set[Need]] = defaultdict(set)
    logging.getLogger("linewatch").setLevel(logging.CRITICAL + 1)
    with mock_aws():
        wire = RecordingWire()
        for happens, plan in TROUBLES.values():
            with deployed(wire, plan, Apart, plates=artifact()) as world:
                happens(world)
                assert plan is None or wire.struck
            stage = f"linewatch-{world.settings.stage}"
            for function, needs in wire.needed.items():
                found[function] |= {(action, arn.replace(stage, "linewatch-test")) for action, arn in needs}
            wire.needed.clear()
    return found


@pytest.fixture(scope="module")
def policies(template: dict[str, Any]) -> Policies:
    return Policies(template, "test", AlertSender=SENDER, AlertsEmail=RECIPIENT)


@pytest.fixture(scope="module")
def functions(policies: Policies) -> Mapping[str, Properties]:
    """By the name of the handler."""
    found = policies.resources.functions().items()
    return {
        "api_handler" if name == "APIHandler" else each["Handler"].removeprefix("app."): each for name, each in found
    }


def used_by_lambda(function: Properties, policies: Policies) -> Iterator[Need]:
    """What Lambda itself does with the role: it reads the source, and sends what it gives up."""
    places = [function.get("EventInvokeConfig", {})]
    for event in function.get("Events", {}).values():
        places.append(event["Properties"])
        for action in _POLLS.get(event["Type"], ()):
            source = event["Properties"].get("Queue") or event["Properties"]["Stream"]
            yield action, policies.arn(source) + ("/stream/*" if event["Type"] == "DynamoDB" else "")
    if function["Handler"] == "app.inspect_images":
        yield from ((action, arn("sqs", "linewatch-test-project-plates")) for action in _POLLS["SQS"])
    for place in places:
        if destination := place.get("DestinationConfig", {}).get("OnFailure"):
            yield "sqs:SendMessage", policies.arn(destination["Destination"])


@pytest.fixture(scope="module")
def used(needed: Needs, functions: Mapping[str, Properties], policies: Policies) -> Needs:
    """By role: what its functions needed, and what Lambda needed for them."""
    found: dict[str, set[Need]] = defaultdict(set)
    for name, function in functions.items():
        found[name_in(function["Role"])] |= needed[name] | {*used_by_lambda(function, policies)}
    return found


def test_the_scenarios_drive_every_function(needed: Needs, functions: Mapping[str, Properties]) -> None:
    assert set(needed) == set(functions)


def test_no_function_lacks_a_permission(used: Needs, policies: Policies) -> None:
    lacking = [
        f"{role} lacks {' on '.join(need)}"
        for role, needs in used.items()
        for need in missing(policies.of_role(role), needs)
    ]
    assert not lacking, "\n".join(lacking)


def test_no_function_has_a_permission_that_it_does_not_use(used: Needs, policies: Policies) -> None:
    idle = [
        f"{role} never uses {grant}"
        for role, needs in used.items()
        for grant in unused(policies.of_role(role), needs)
        if grant.sid not in _EVERYWHERE
    ]
    assert not idle, "\n".join(idle)
