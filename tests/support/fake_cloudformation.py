"""CloudFormation, S3 and an account in memory, for deployments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from tests.support.builders import NOON

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/linewatch-plant/1"


def client_error(code: str, message: str = "") -> ClientError:
    """An error of AWS."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "")


@dataclass
class FakeS3:
    """A bucket that exists."""

    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: int = 0
    owner: str = "123456789012"
    configured: dict[str, Any] = field(default_factory=dict)
    meta = SimpleNamespace(partition="aws")

    def head_bucket(self, Bucket: str, ExpectedBucketOwner: str) -> None:  # noqa: N803
        """The bucket exists."""
        if ExpectedBucketOwner != self.owner:
            raise client_error("403", "Forbidden")

    def list_objects_v2(self, Bucket: str, Prefix: str) -> dict[str, int]:  # noqa: N803
        return {"KeyCount": sum(key.startswith(Prefix) for key in self.objects)}

    def get_paginator(self, _: str) -> "FakeS3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        found = [key for key in self.objects if key.startswith(Prefix)]
        yield {"Contents": [{"Key": key, "LastModified": at} for at, key in enumerate(found)]}

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self.uploads += 1
        self.objects[key] = Path(path).read_bytes()

    def put_object(self, Bucket: str, Key: str, Body: bytes, **_: str) -> None:  # noqa: N803
        self.objects.pop(Key, None)
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise client_error("NoSuchKey")
        return {"Body": BytesIO(self.objects[Key])}

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        for each in Delete["Objects"]:
            del self.objects[each["Key"]]
        return {}

    def generate_presigned_url(self, operation: str, Params: dict[str, str]) -> str:  # noqa: N803
        return f"https://s3/{Params['Bucket']}/{Params['Key']}?signature"

    def put_public_access_block(self, **settings: Any) -> None:
        self.configured["public"] = settings

    def put_bucket_policy(self, **settings: Any) -> None:
        self.configured["policy"] = settings["Policy"]

    def put_bucket_versioning(self, **settings: Any) -> None:
        self.configured["versioning"] = settings["VersioningConfiguration"]

    def put_bucket_lifecycle_configuration(self, **settings: Any) -> None:
        self.configured["lifecycle"] = settings["LifecycleConfiguration"]


@dataclass
class FakeCloudFormation:
    """A stack that has `statuses` one after the other, and a change set that is rejected with the reason `refusal`."""

    statuses: list[str | None]
    refusal: str | None = None
    events: list[tuple[str, str, str]] = field(default_factory=list)
    earlier_events: list[tuple[str, str, str]] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    resources: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, type and physical id."""
    made_by_chalice: bool = False
    execution_error: str | None = None
    calls: list[str] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    protected: bool | None = None

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName.endswith("-resources"):
            status = "CREATE_COMPLETE" if self.made_by_chalice else None
        else:
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise client_error("ValidationError", f"{StackName} does not exist")
        outputs = [{"OutputKey": "RestAPIId", "OutputValue": "api"}]
        return {
            "Stacks": [
                {
                    "StackId": STACK_ID,
                    "StackStatus": status,
                    "Outputs": outputs,
                    "EnableTerminationProtection": bool(self.protected),
                }
            ]
        }

    def create_change_set(self, **asked: Any) -> dict[str, str]:
        self.asked = asked
        self.calls.append(f"{asked['ChangeSetType']} from {asked['TemplateURL'].rsplit('/', 2)[1]}")
        return {"Id": "change"}

    def describe_change_set(self, **_: Any) -> dict[str, datetime]:
        return {"CreationTime": NOON}

    def execute_change_set(self, **_: Any) -> None:
        if self.execution_error:
            raise client_error(self.execution_error)
        self.calls.append("execute")

    def delete_change_set(self, ChangeSetName: str) -> None:  # noqa: N803
        self.calls.append(f"delete the change set {ChangeSetName}")

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete")

    def update_termination_protection(self, EnableTerminationProtection: bool, **_: Any) -> None:  # noqa: N803
        self.protected = EnableTerminationProtection

    def get_waiter(self, name: str) -> "FakeCloudFormation":
        self.calls.append(name)
        return self

    def wait(self, **_: Any) -> None:
        if self.refusal is not None and self.calls[-1] == "change_set_create_complete":
            raise WaiterError("", "failed", {"StatusReason": self.refusal})

    def get_paginator(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(paginate=lambda **_: iter([getattr(self, f"_{name}")()]))

    def _list_change_sets(self) -> dict[str, Any]:
        found = [
            {"ChangeSetName": each, "ChangeSetId": each, "ExecutionStatus": "AVAILABLE"} for each in self.leftovers
        ]
        return {"Summaries": found}

    def _describe_change_set(self) -> dict[str, Any]:
        change = {"LogicalResourceId": "Bus", "ResourceType": "AWS::Events::EventBus"}
        return {
            "Changes": [
                {"ResourceChange": {**change, "Action": "Modify", "Replacement": "True"}},
                {"ResourceChange": {**change, "Action": "Import", "LogicalResourceId": "Keys"}},
            ]
        }

    def _list_stack_resources(self) -> dict[str, Any]:
        return {
            "StackResourceSummaries": [
                {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical}
                for name, kind, physical in self.resources
            ]
        }

    def _describe_stack_events(self) -> dict[str, Any]:
        earlier = [(*event, NOON - timedelta(days=7)) for event in self.earlier_events]
        later = [(*event, NOON + timedelta(seconds=1)) for event in self.events]
        return {
            "StackEvents": [
                {"Timestamp": at, "LogicalResourceId": name, "ResourceStatus": status, "ResourceStatusReason": reason}
                for name, status, reason, at in reversed(earlier + later)
            ]
        }


@dataclass
class FakeCloudWatch:
    """Alarms, of which some are raised."""

    raised: set[str] = field(default_factory=set)

    def describe_alarms(self, AlarmNames: list[str]) -> dict[str, Any]:  # noqa: N803
        arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
        return {
            "MetricAlarms": [
                {"AlarmName": name, "AlarmArn": arn + name, "StateValue": "ALARM" if name in self.raised else "OK"}
                for name in AlarmNames
            ]
        }


@dataclass
class FakeLambda:
    """The limit of the account."""

    limit: int = 1000

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": self.limit}}


@dataclass
class FakeAccount:
    """An account with these services."""

    cloudformation: FakeCloudFormation
    s3: FakeS3 = field(default_factory=FakeS3)
    functions: FakeLambda = field(default_factory=FakeLambda)
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)
    account: str = "123456789012"
    region: str = "eu-west-1"
    emulated: bool = False

    def client(self, service: str) -> Any:
        return self.functions if service == "lambda" else getattr(self, service)
