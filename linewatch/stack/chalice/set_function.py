"""Set what `chalice deploy` leaves unset of a function, its event sources and its schedules, as the template has it.

The properties come from the template; botocore's description of an operation says which of them it sets. A property
that nothing here sets is an error, so that none is forgotten.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.core.errors import LinewatchError
from linewatch.stack.chalice.functions import Function

_BY_CHALICE = {"CodeUri", "Tags", "Architectures"}
_CREATED_WITH = {"StartingPosition"}
_EVENTS = {"SQS": "Queue", "DynamoDB": "Stream", "Kinesis": "Stream"}
"""The event sources that have a mapping, each with SAM's name for its source."""
_LATEST = "$LATEST"
"""The version that SAM sets it for, when a function has no alias."""
_SETTLED = {"Enabled", "Disabled"}
_MAPPING_SECONDS = 300


class NotSettable(LinewatchError):
    """The template has something that cannot be set after `chalice deploy`. The message names it."""


class NotMade(LinewatchError):
    """`chalice deploy` did not make what the template has: app.py and infra/ are newer than the stage, or older."""


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """Sets what functions lack, by clients of Lambda and EventBridge."""

    functions: Any
    events: Any
    emulated: bool = False
    poll_seconds: float = 1

    def set(self, function: Function, arn: str) -> None:
        """Set everything. `function` has all its values written in. Raises `NotSettable` or `NotMade`.

        The connections first: a function that names failed messages must not run before its connection listens to that.
        """
        properties = dict(function.properties)
        events = properties.pop("Events", {})
        for event in events.values():
            self._set_event(function.name, arn, event["Type"], event["Properties"])
        self._configure(function.name, properties)

    def _configure(self, name: str, properties: dict[str, Any]) -> None:
        asynchronous = properties.pop("EventInvokeConfig", None)
        reserved = properties.pop("ReservedConcurrentExecutions", None)
        runtime = properties.pop("RuntimeManagementConfig", None)
        if "Tracing" in properties:
            properties["TracingConfig"] = {"Mode": properties.pop("Tracing")}
        known = accepted(self.functions, "UpdateFunctionConfiguration")
        refuse(name, properties.keys() - known - _BY_CHALICE)
        self._updated(name)
        settings = {key: value for key, value in properties.items() if key in known}
        variables = settings.get("Environment", {}).get("Variables", {})
        settings["Environment"] = {"Variables": {key: str(value) for key, value in variables.items()}}
        self.functions.update_function_configuration(**settings)
        self._updated(name)
        if reserved is not None:
            self.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
        if runtime is not None and not self.emulated:  # which runs its own Python only
            self.functions.put_runtime_management_config(FunctionName=name, **runtime)
        self._set_asynchronous(name, asynchronous)

    def _updated(self, name: str) -> None:
        self.functions.get_waiter("function_updated_v2").wait(FunctionName=name)

    def _set_asynchronous(self, name: str, config: dict[str, Any] | None) -> None:
        if config:
            self.functions.put_function_event_invoke_config(
                FunctionName=name, Qualifier=_LATEST, **without_type(config)
            )
            return
        with suppress(self.functions.exceptions.ResourceNotFoundException):
            self.functions.delete_function_event_invoke_config(FunctionName=name, Qualifier=_LATEST)

    def _set_event(self, name: str, arn: str, kind: str, properties: dict[str, Any]) -> None:
        if kind in _EVENTS:
            self._set_mapping(name, properties.pop(_EVENTS[kind]), properties)
        elif kind == "Schedule":
            self._set_schedule(name, arn, properties)
        else:
            raise NotSettable(f"{name} has an event source of type {kind}, which cannot be set after `chalice deploy`")

    def _set_mapping(self, name: str, source: str, properties: dict[str, Any]) -> None:
        known = accepted(self.functions, "UpdateEventSourceMapping")
        refuse(name, properties.keys() - known - _CREATED_WITH)
        mapping = self._settled_mapping(name, source)
        settings = {key: value for key, value in properties.items() if key in known}
        self.functions.update_event_source_mapping(
            UUID=mapping["UUID"], **{"FunctionResponseTypes": [], **without_type(settings)}
        )

    def _settled_mapping(self, name: str, source: str) -> dict[str, Any]:
        until = time.monotonic() + _MAPPING_SECONDS
        while True:
            found = self.functions.list_event_source_mappings(FunctionName=name, EventSourceArn=source)
            if len(found["EventSourceMappings"]) != 1:
                raise NotMade(f"{name} is not connected to {source} exactly once: run `chalice deploy` again")
            mapping: dict[str, Any] = found["EventSourceMappings"][0]
            if mapping["State"] in _SETTLED:
                return mapping
            if time.monotonic() > until:
                raise NotMade(f"{name}: the connection to {source} is still {mapping['State']}: run `finish` again")
            time.sleep(self.poll_seconds)

    def _set_schedule(self, name: str, arn: str, properties: dict[str, Any]) -> None:
        """Chalice's rule has one target, the function. What stands at a target in CloudFormation is set there."""
        expression = properties.pop("Schedule")
        rules = self.events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
        rules = [each for each in rules if self.events.describe_rule(Name=each).get("ScheduleExpression") == expression]
        if len(rules) != 1:
            raise NotMade(f"{name} has not exactly one schedule {expression}: run `chalice deploy` again")
        rule_settings = {key: properties.pop(key) for key in ("Description", "State") if key in properties}
        refuse(name, properties.keys() - {"DeadLetterConfig", "RetryPolicy", "Input"})
        self.events.put_rule(Name=rules[0], ScheduleExpression=expression, **rule_settings)
        [target] = self.events.list_targets_by_rule(Rule=rules[0])["Targets"]
        self.events.put_targets(Rule=rules[0], Targets=[{"Id": target["Id"], "Arn": target["Arn"], **properties}])


def accepted(client: Any, operation: str) -> set[str]:
    """The parameters of an operation."""
    return set(client.meta.service_model.operation_model(operation).input_shape.members)


def refuse(name: str, unknown: set[str]) -> None:
    """Raise `NotSettable` if there are any."""
    if unknown:
        raise NotSettable(
            f"{name} has {', '.join(sorted(unknown))} in infra/, which `linewatch finish` cannot set yet: "
            "teach it, in linewatch/stack/chalice/"
        )


def without_type(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Without the kinds of destinations, which only SAM needs."""
    if "DestinationConfig" not in settings:
        return dict(settings)
    destinations = settings["DestinationConfig"].items()
    bare = {when: {"Destination": each["Destination"]} for when, each in destinations}
    return {**settings, "DestinationConfig": bare}
