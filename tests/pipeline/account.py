"""Creates the resources of infra/ on moto, so that the tested chain is connected like the deployed one."""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.config import Config

from linewatch.stack.settings import complete
from linewatch.stack.template import Template, merged_infra
from linewatch.stack.values import with_values

REGION = "eu-west-1"
NUMBER = "123456789012"
"""The account number of moto."""

type Properties = dict[str, Any]

_PSEUDO_PARAMETERS = {
    "AWS::AccountId": NUMBER,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_ANY_STAGE = "any-stage"
_SERVICES = {"Queue": "sqs", "Topic": "sns", "Table": "dynamodb"}
_NAMES = ("QueueName", "TopicName", "TableName", "BucketName", "FunctionName", "Name")
_OF_TABLE = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
_OF_QUEUE = ("VisibilityTimeout", "MessageRetentionPeriod")


@cache
def infra() -> Template:
    """The template, read once."""
    return merged_infra(Path(__file__).parents[2] / "infra")


@lru_cache(4)
def _infra_of(stage: str) -> Template:
    """The template with the values of a stage. Nobody changes it."""
    template: Template = json.loads(_infra_of_any_stage().replace(_ANY_STAGE, stage))
    return template


@cache
def _infra_of_any_stage() -> str:
    """Worked out once in a process: each world has a stage of its own."""
    return json.dumps(with_values(infra(), complete(infra()["Parameters"], {"Stage": _ANY_STAGE})))


@cache
def client(service: str) -> Any:
    """A client for the tests themselves. moto does not support endpoints by account."""
    by_region = Config(account_id_endpoint_mode="disabled")
    session: Any = Session(region_name=REGION, aws_access_key_id="a", aws_secret_access_key="s")
    return session.client(service, config=by_region)


class Account:
    """One stage of Linewatch in the account."""

    def __init__(self, stage: str) -> None:
        template = _infra_of(stage)
        self._globals, self._resources = template["Globals"], template["Resources"]
        self._known: dict[str, Any] = dict(_PSEUDO_PARAMETERS)
        for name, resource in self._resources.items():
            named = [value for key, value in resource.get("Properties", {}).items() if key in _NAMES]
            self._known[name] = self.value(named[0]) if named else name
        queues = sorted(self.of_type("AWS::SQS::Queue"), key=lambda queue: "RedrivePolicy" in queue)
        for kind, made in (
            (make_queue, queues),
            (make_topic, self.of_type("AWS::SNS::Topic")),
            (make_table, self.of_type("AWS::DynamoDB::Table")),
            (make_bucket, self.of_type("AWS::S3::Bucket")),
            (make_kms_key, self.of_type("AWS::KMS::Alias")),
            (make_bus, self.of_type("AWS::Events::EventBus")),
            (make_rule, [rule for rule in self.of_type("AWS::Events::Rule") if "EventBusName" in rule]),
        ):
            for properties in made:
                kind(properties)
        [pool] = self.of_type("AWS::Cognito::UserPool")
        self._known["UserPool"] = make_pool(pool)
        for group in self.of_type("AWS::Cognito::UserPoolGroup"):
            client("cognito-idp").create_group(UserPoolId=group["UserPoolId"], GroupName=group["GroupName"])

    def of_type(self, kind: str) -> list[Properties]:
        """The properties of every resource of a type."""
        resources = (resource for resource in self._resources.values() if resource.get("Type") == kind)
        return [self.value(resource.get("Properties", {})) for resource in resources]

    def functions(self) -> dict[str, Properties]:
        """The properties of every function, by the name of its handler."""
        prefix = f"{self._known['Bus']}-"
        resources = (resource.get("Properties", {}) for resource in self._resources.values())
        functions = [self.value(properties) for properties in resources if "FunctionName" in properties]
        return {function["FunctionName"].removeprefix(prefix): function for function in functions}

    def environment(self) -> dict[str, str]:
        """The variables of all functions."""
        functions = [self.value(self._globals["Function"]), *self.functions().values()]
        variables = [function.get("Environment", {}).get("Variables", {}) for function in functions]
        return {name: str(value) for some in variables for name, value in some.items()}

    def value(self, part: Any) -> Any:
        """A part of the template with its references resolved."""
        match part:
            case {"Ref": name}:
                found = self._arn(name) if _kind_of(name) == "Topic" else self._known[name]
            case {"Fn::GetAtt": [name, _]}:
                found = self._arn(name)
            case {"Fn::Sub": str(text)}:
                found = re.sub(r"\$\{([\w:]+)(\.\w+)?\}", self._substitute, text)
            case {"Fn::Join": [glue, parts]}:
                found = str(glue).join(str(self.value(each)) for each in parts)
            case dict():
                found = {key: self.value(each) for key, each in part.items()}
            case list():
                found = [self.value(each) for each in part]
            case _:
                found = part
        return found

    def _substitute(self, reference: re.Match[str]) -> str:
        name, attribute = reference.groups()
        return self._arn(name) if attribute else str(self._known[name])

    def _arn(self, name: str) -> str:
        return f"arn:aws:{_SERVICES.get(_kind_of(name), 'other')}:{REGION}:{NUMBER}:{self._known[name]}"


def _kind_of(name: str) -> str:
    return str(infra()["Resources"].get(name, {}).get("Type", "")).rsplit(":", 1)[-1]


def make_queue(properties: Properties) -> None:
    attributes = {name: str(properties[name]) for name in _OF_QUEUE if name in properties}
    if "RedrivePolicy" in properties:
        attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
    client("sqs").create_queue(QueueName=properties["QueueName"], Attributes=attributes)


def make_topic(properties: Properties) -> None:
    client("sns").create_topic(Name=properties["TopicName"])


def make_table(properties: Properties) -> None:
    settings = {name: properties[name] for name in _OF_TABLE if name in properties}
    if "StreamSpecification" in properties:
        settings["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    client("dynamodb").create_table(**settings)


def make_bucket(properties: Properties) -> None:
    bucket = properties["BucketName"]
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    announced = [
        {
            "QueueArn": notification["Queue"],
            "Events": [notification["Event"]],
            "Filter": {"Key": {"FilterRules": notification["Filter"]["S3Key"]["Rules"]}},
        }
        for notification in properties["NotificationConfiguration"]["QueueConfigurations"]
    ]
    client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": announced}
    )


def make_kms_key(properties: Properties) -> None:
    """All stages share one: moto takes a fifth of a second to make another."""
    keys = client("kms").list_keys(Limit=1)["Keys"]
    key_id = keys[0]["KeyId"] if keys else client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName=properties["AliasName"], TargetKeyId=key_id)


def make_pool(properties: Properties) -> str:
    """Its id."""
    given = {name: properties[name] for name in ("UsernameAttributes", "UsernameConfiguration", "Schema")}
    pool: str = client("cognito-idp").create_user_pool(PoolName=properties["UserPoolName"], **given)["UserPool"]["Id"]
    return pool


def make_bus(properties: Properties) -> None:
    client("events").create_event_bus(Name=properties["Name"])


def make_rule(properties: Properties) -> None:
    bus, targets = properties["EventBusName"], properties["Targets"]
    name = f"{bus}-{targets[0]['Id']}"
    client("events").put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(properties["EventPattern"]))
    client("events").put_targets(Rule=name, EventBusName=bus, Targets=targets)
