"""What a stage consists of, read from AWS, in a form that is the same for two stages that were made alike."""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
from botocore.exceptions import ClientError

from chalicelib.lake.domain import database_of
from linewatch.stack.stack_status import resources_of
from linewatch.stack.target import Target

LAYER = "AWS::Lambda::LayerVersion"

type Part = dict[str, Any]
type Parts = dict[str, Part]

_DIFFER = {
    *("CodeSha256", "CodeSize", "CreateDate", "FunctionArn", "LastModified", "Location", "ResponseMetadata", "RoleId"),
    *("RevisionId", "Sid", "LastUpdateStatusReason", "LastUpdateStatusReasonCode", "StateReason", "StateReasonCode"),
    *("EventSourceMappingArn", "LastProcessingResult", "StateTransitionReason", "UUID", "Id", "RuleArn", "CreatedBy"),
    *("AlarmArn", "AlarmConfigurationUpdatedTimestamp", "StateReasonData", "StateUpdatedTimestamp", "StateValue"),
    *("StateTransitionedTimestamp", "authorizerId", "cacheNamespace", "createdDate", "deploymentId", "id", "parentId"),
    *("lastUpdatedDate", "rootResourceId", "tags"),
}
"""What AWS chooses for each thing it makes, and states that change by themselves."""
_UNSET = {"KMSKeyArn": "", "RuntimeVersionConfig": {"RuntimeVersionArn": ""}, "StartingPosition": "LATEST"}
_UNSET |= {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}}
"""What the emulator writes down in one of the ways: it means that nothing is set."""


class Snapshot:
    """One stage. `api` is the id of its API."""

    def __init__(self, target: Target, api: str) -> None:
        self._target, self._api = target, api
        self._functions, self._iam = target.client("lambda"), target.client("iam")

    def functions(self) -> Parts:
        """Each function with its code, role, layers and settings, and who may call it."""
        pages = self._functions.get_paginator("list_functions").paginate()
        names = [each["FunctionName"] for page in pages for each in page["Functions"]]
        ours = [name for name in names if re.fullmatch(f"linewatch-{self._target.stage}(-[a-z_]+)?", name)]
        return self._alike({name: self._function(name) for name in ours})

    def _function(self, name: str) -> Part:
        found = self._functions.get_function(FunctionName=name)
        tags = {key: value for key, value in found.get("Tags", {}).items() if key.startswith("linewatch:")}
        return {
            **{key: value for key, value in found["Configuration"].items() if key not in {"Role", "Layers"}},
            **_files(found["Code"]["Location"]),
            "role": self._role(found["Configuration"]["Role"].rsplit("/", 1)[1]),
            "layers": [each["Arn"].rsplit(":", 1)[0] for each in found["Configuration"].get("Layers", [])],
            "concurrency": found.get("Concurrency"),
            "asynchronous": _unless_missing(
                self._functions.get_function_event_invoke_config, FunctionName=name, Qualifier="$LATEST"
            ),
            "callers": [
                (each["Principal"], re.sub("rule/.*", "rule/one", json.dumps(each["Condition"])))
                for each in self._policy(name)
            ],
            "tag": tags,
        }

    def _policy(self, name: str) -> list[Part]:
        policy = _unless_missing(self._functions.get_policy, FunctionName=name)
        statements: list[Part] = json.loads(policy["Policy"])["Statement"] if policy else []
        return statements

    def _role(self, name: str) -> Part:
        role = self._iam.get_role(RoleName=name)["Role"]
        inline = self._iam.list_role_policies(RoleName=name)["PolicyNames"]
        attached = self._iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {
            "trust": role["AssumeRolePolicyDocument"],
            "own": {
                each: self._iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in inline
            },
            "attached": [self._managed(each["PolicyArn"]) for each in attached],
        }

    def _managed(self, arn: str) -> Part:
        version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found: Part = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        return found

    def mappings(self) -> Parts:
        """Each connection of a function to a queue or a stream, without those that projects have."""
        pages = self._functions.get_paginator("list_event_source_mappings").paginate()
        of_projects = f":linewatch-{self._target.stage}-project-"
        found = [
            each for page in pages for each in page["EventSourceMappings"] if of_projects not in each["EventSourceArn"]
        ]
        names = {each["UUID"]: each["FunctionArn"].rsplit(":", 1)[1] for each in found}
        ours = [each for each in found if names[each["UUID"]].startswith(f"linewatch-{self._target.stage}-")]
        return self._alike({names[each["UUID"]]: each for each in ours})

    def schedules(self) -> Parts:
        """Each schedule by its function."""
        events = self._target.client("events")
        found = {}
        for rule in events.list_rules()["Rules"]:
            targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            function = targets[0]["Arn"].rsplit(":", 1)[1]
            if function.startswith(f"linewatch-{self._target.stage}-"):
                found[function] = {"expression": rule["ScheduleExpression"], "state": rule["State"], "targets": targets}
        return self._alike(found)

    def alarms(self) -> Parts:
        """Each alarm by its name in the template."""
        pages = self._target.client("cloudwatch").get_paginator("describe_alarms").paginate()
        found = [each for page in pages for each in page["MetricAlarms"]]
        ours = [each for each in found if each["AlarmName"].startswith(f"linewatch-{self._target.stage}-")]
        return self._alike({each["AlarmName"]: each for each in ours})

    def api(self) -> Parts:
        """The API: its settings, routes, authorizers, refusals and stages."""
        gateway, api = self._target.client("apigateway"), {"restApiId": self._api}
        resources = gateway.get_resources(**api, embed=["methods"], limit=500)["items"]
        settings = gateway.get_rest_api(**api)
        types = settings.pop("endpointConfiguration")
        return self._alike(
            {
                "settings": settings,
                "endpoint": {"types": types.get("types", ["REGIONAL"])},
                "routes": {each["path"]: each.get("resourceMethods") for each in resources},
                "authorizers": {each["name"]: each for each in gateway.get_authorizers(**api)["items"]},
                "refusals": {each["responseType"]: each for each in gateway.get_gateway_responses(**api)["items"]},
                "stages": {each["stageName"]: _with_paths(each) for each in gateway.get_stages(**api)["item"]},
            }
        )

    def resources(self, stack: str) -> set[tuple[str, str]]:
        """The type and the name in the template of each resource of a stack. SAM ends those of layers with a digest."""
        found = resources_of(self._target.client("cloudformation"), stack)
        named = ((each["ResourceType"], each["LogicalResourceId"]) for each in found)
        return {(kind, name[:-10] if kind == LAYER else name) for kind, name in named}

    def _alike(self, parts: Mapping[str, Any]) -> Parts:
        """Without the stage's name and AWS's choices."""
        stage = re.escape(self._target.stage)
        text = json.dumps(_without(parts), default=str)
        # A name that CloudFormation has made ends with 13 characters of its own.
        text = re.sub(
            rf"linewatch-{stage}(?:-resources)?-([A-Za-z0-9]+)-[0-9A-Za-z]{{12,13}}\b", r"linewatch-S-\1", text
        )
        text = re.sub(rf"linewatch-{stage}\b", "linewatch-S", text)
        text = text.replace(database_of(self._target.stage), "linewatch_S")
        text = re.sub(rf"([Ll]inewatch/|--stage |stage\W{{3,6}}){stage}\b", r"\1S", text)
        text = re.sub(r":key/[0-9a-f-]{36}", ":key/K", text)
        text = re.sub(r"us-east-1_[A-Za-z0-9]{9}", "POOL", text)
        text = re.sub(r'("LINEWATCH_PAGE_CLIENT": ")[A-Za-z0-9]+', r"\1C", text)
        text = re.sub(r"/stream/[^\"]*", "/stream/L", text).replace(f'"{self._target.stage}"', '"S"')
        alike: Parts = json.loads(text.replace(self._api, "API"))
        return alike


def _without(part: Any) -> Any:
    if isinstance(part, Mapping):
        kept = {key: _without(each) for key, each in part.items() if key not in _DIFFER}
        return {key: each for key, each in kept.items() if each not in ({}, _UNSET.get(key, {}))}
    return [_without(each) for each in part] if isinstance(part, list | tuple) else part


def _files(location: str) -> Part:
    """A digest of our own sources in a function's zip, and its libraries with their versions."""
    archive = ZipFile(BytesIO(httpx.get(location, trust_env=False).raise_for_status().content))
    total, names = sha256(), sorted(name for name in archive.namelist() if not name.endswith(".pyc"))
    for name in names:
        if name == "app.py" or name.startswith("chalicelib/"):
            total.update(f"{name}\n".encode() + archive.read(name))
    libraries = sorted({name.split("/")[0] for name in names if ".dist-info/" in name})
    return {"files": total.hexdigest(), "libraries": libraries}


def _with_paths(stage: Part) -> Part:
    """With the settings of methods by path and method: the emulator keeps their names as each way gave them."""
    settings = stage.get("methodSettings", {})
    return stage | {"methodSettings": {name.replace("~1", "/").strip("/"): each for name, each in settings.items()}}


def _unless_missing(call: Any, **arguments: str) -> Part | None:
    try:
        found: Part = call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return found


def differences(one: Any, other: Any, where: str = "") -> Iterable[str]:
    """Each leaf in which two snapshots differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key, "nothing"), other.get(key, "nothing"), f"{where}/{key}")
    elif one != other:
        yield f"{where}: {one!r} and {other!r}"
