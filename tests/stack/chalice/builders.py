"""A small template, and fakes of the services that `finish` calls."""

import copy
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

from botocore.session import Session

TEMPLATE: dict[str, Any] = {
    "Globals": {
        "Function": {
            "Environment": {"Variables": {"LINEWATCH_STAGE": "plant"}},
            "LoggingConfig": {"LogGroup": {"Ref": "Log"}},
        }
    },
    "Resources": {
        "Inspect": {
            "Type": "AWS::Serverless::Function",
            "DependsOn": "Rule",
            "Properties": {
                "FunctionName": "linewatch-plant-inspect",
                "Handler": "app.inspect",
                "Role": {"Fn::GetAtt": ["InspectRole", "Arn"]},
                "Layers": [{"Ref": "Layer"}],
                "MemorySize": 1769,
                "Timeout": 30,
                "Environment": {"Variables": {"URL": {"Fn::Sub": "https://${Api}.${AWS::URLSuffix}"}, "WINDOW": 5}},
                "Events": {"Queue": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}}},
            },
        },
        "ApiHandler": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"FunctionName": "linewatch-plant", "Handler": "app.app", "Role": "arn:role"},
        },
        "Api": {
            "Type": "AWS::Serverless::Api",
            "Properties": {
                "Name": "linewatch-plant",
                "StageName": "v1",
                "DefinitionBody": {
                    "info": {"title": "linewatch"},
                    "paths": {},
                    "uri": {"Fn::Sub": "${ApiHandler.Arn}"},
                },
            },
        },
        "MayCall": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "ApiHandler"}}},
        "InspectRole": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Layer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {}},
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {}},
        "Queue": {"Type": "AWS::SQS::Queue", "DependsOn": ["Log", "Inspect"], "Properties": {}},
        "Rule": {"Type": "AWS::Events::Rule", "Properties": {}},
    },
    "Outputs": {
        "QueueUrl": {"Value": {"Ref": "Queue"}},
        "Address": {"Value": {"Fn::Sub": "https://${Api}/v1"}},
    },
}


def template(**properties: Any) -> dict[str, Any]:
    """The template, with more properties of the function `Inspect`."""
    copied = copy.deepcopy(TEMPLATE)
    copied["Resources"]["Inspect"]["Properties"].update(properties)
    return copied


class ResourceNotFoundException(Exception):
    """As Lambda's."""


@cache
def _model(service: str) -> Any:
    return Session().get_service_model(service)


class FakeService:
    """Records each call as (operation, arguments), and answers from `answers`."""

    def __init__(self, service: str, **answers: Any) -> None:
        self.meta = SimpleNamespace(service_model=_model(service))
        self.exceptions = SimpleNamespace(ResourceNotFoundException=ResourceNotFoundException)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append((operation, arguments))
            answer = self._answers.get(operation, {})
            if isinstance(answer, Exception):
                raise answer
            return next(answer) if isinstance(answer, Iterator) else answer

        return call

    def get_waiter(self, name: str) -> Any:
        """Nothing here takes time."""
        return SimpleNamespace(wait=lambda **_: None)

    def arguments(self, operation: str) -> list[dict[str, Any]]:
        """Of each call of an operation."""
        return [arguments for name, arguments in self.calls if name == operation]
