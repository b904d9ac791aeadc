"""Creating and changing the stack, and the error when that fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from linewatch.stack.artifacts import BucketUnusable, upload
from linewatch.stack.cloudformation import Deployment, InvalidStageName, StackFailed, deploy
from linewatch.stack.package import Package
from tests.support.builders import NOON

TEMPLATE = """{
  "Parameters": {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"},
    "Workers": {"Type": "Number", "Default": 10}
  },
  "Resources": {
    "Function": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code.zip", "Size": {"Ref": "Workers"}}}
  }
}"""


@dataclass
class FakeS3:
    """A bucket that exists."""

    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: int = 0
    owner: str = "123456789012"

    def head_bucket(self, Bucket: str, ExpectedBucketOwner: str) -> None:  # noqa: N803
        """The bucket exists."""
        if ExpectedBucketOwner != self.owner:
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")

    def list_objects_v2(self, Bucket: str, Prefix: str) -> dict[str, int]:  # noqa: N803
        return {"KeyCount": sum(key.startswith(Prefix) for key in self.objects)}

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self.uploads += 1
        self.objects[key] = Path(path).read_bytes()

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        self.objects[Key] = Body

    def generate_presigned_url(self, operation: str, Params: dict[str, str]) -> str:  # noqa: N803
        return f"https://s3/{Params['Bucket']}/{Params['Key']}?signature"


@dataclass
class FakeCloudFormation:
    """A stack that has `statuses` one after the other, and a change set that is rejected with the reason `refusal`."""

    statuses: list[str | None]
    refusal: str | None = None
    events: list[tuple[str, str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": f"{StackName} does not exist"}}, "")
        return {"Stacks": [{"StackStatus": status, "Outputs": [{"OutputKey": "RestAPIId", "OutputValue": "api"}]}]}

    def create_change_set(self, **asked: Any) -> dict[str, str]:
        self.calls.append(f"{asked['ChangeSetType']} from {asked['TemplateURL'].rsplit('/', 2)[1]}")
        return {"Id": "change"}

    def describe_change_set(self, **_: Any) -> dict[str, datetime]:
        return {"CreationTime": NOON}

    def execute_change_set(self, **_: Any) -> None:
        self.calls.append("execute")

    def delete_change_set(self, **_: Any) -> None:
        self.calls.append("delete the change set")

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete")

    def get_waiter(self, name: str) -> "FakeCloudFormation":
        self.calls.append(name)
        return self

    def wait(self, **_: Any) -> None:
        if self.refusal is not None and self.calls[-1] == "change_set_create_complete":
            raise WaiterError("", "failed", {"StatusReason": self.refusal})

    def get_paginator(self, _: str) -> "FakeCloudFormation":
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        earlier = [("Topic", "UPDATE_FAILED", "of last week", NOON - timedelta(days=7))]
        later = [(*event, NOON + timedelta(seconds=1)) for event in self.events]
        yield {
            "StackEvents": [
                {"Timestamp": at, "LogicalResourceId": name, "ResourceStatus": status, "ResourceStatusReason": reason}
                for name, status, reason, at in reversed(earlier + later)
            ]
        }


@dataclass
class FakeAccount:
    """An account with these two services."""

    cloudformation: FakeCloudFormation
    s3: FakeS3 = field(default_factory=FakeS3)
    account: str = "123456789012"
    region: str = "eu-west-1"
    emulated: bool = False

    def client(self, service: str) -> Any:
        return getattr(self, service)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    (tmp_path / "template.json").write_text(TEMPLATE)
    (tmp_path / "code.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    return Package(tmp_path)


def deployed(package: Package, cloudformation: FakeCloudFormation) -> dict[str, str]:
    deployment = Deployment(package, "plant", {}, echo=lambda _: None)
    return deploy(deployment, FakeAccount(cloudformation), poll_seconds=0)


@pytest.mark.parametrize("stage", ["Plant 7", "plant 7", "plant-7\n"])
def test_a_stage_name_that_the_template_does_not_allow_is_refused_before_anything_is_created(
    package: Package, stage: str
) -> None:
    account = FakeAccount(FakeCloudFormation([None]))
    with pytest.raises(InvalidStageName, match="is not a valid stage name: small letters"):
        deploy(Deployment(package, stage, {}, echo=lambda _: None), account)
    assert not account.s3.objects


def test_a_new_stack_is_created_and_its_outputs_are_returned(package: Package) -> None:
    aws = FakeCloudFormation([None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
    assert deployed(package, aws) == {"RestAPIId": "api"}
    assert aws.calls == ["CREATE from templates", "change_set_create_complete", "execute"]


def test_a_stack_without_changes_is_not_updated(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE"], refusal="The submitted information didn't contain changes.")
    deployed(package, aws)
    assert aws.calls == ["UPDATE from templates", "change_set_create_complete", "delete the change set"]


def test_the_rest_of_a_failed_first_attempt_is_removed(package: Package) -> None:
    aws = FakeCloudFormation(["ROLLBACK_COMPLETE", "CREATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls[:3] == ["delete", "stack_delete_complete", "CREATE from templates"]


def test_a_failure_names_the_failed_resource_and_the_reason_but_not_cancelled_ones(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
    aws.events = [
        ("Bus", "UPDATE_FAILED", "no such bus"),
        ("Queue", "UPDATE_FAILED", "Resource update cancelled"),
        ("Table", "UPDATE_COMPLETE", ""),
    ]
    with pytest.raises(StackFailed) as failure:
        deployed(package, aws)
    assert str(failure.value) == "linewatch-plant is UPDATE_ROLLBACK_COMPLETE:\n  Bus: no such bus"


def test_a_template_that_cloudformation_rejects_is_an_error_with_its_reason(package: Package) -> None:
    aws = FakeCloudFormation([None], refusal="Circular dependency between resources: [Bucket, Queue]")
    with pytest.raises(StackFailed, match="rejects the template: Circular dependency"):
        deployed(package, aws)


def test_nothing_is_uploaded_to_a_bucket_of_another_account(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation([None]), FakeS3(owner="999999999999"))
    with pytest.raises(BucketUnusable, match="linewatch-plant-artifacts-123456789012 cannot be used"):
        deploy(Deployment(package, "plant", {}, echo=lambda _: None), account)
    assert not account.s3.objects


def test_the_template_has_the_urls_of_the_zips_and_the_values_of_the_parameters(package: Package) -> None:
    s3 = FakeS3()
    body = s3.objects[upload(package, {"Stage": "plant", "Workers": 4}, s3, "artifacts")].decode()
    assert '"CodeUri": "s3://artifacts/zips/' in body
    assert '"Size": 4' in body
    assert "Parameters" not in body


def test_a_setting_that_is_not_chosen_has_the_default_of_the_template(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation([None, "CREATE_COMPLETE"]))
    deploy(Deployment(package, "plant", {}, echo=lambda _: None), account, poll_seconds=0)
    assert b'"Size": 10' in next(body for key, body in account.s3.objects.items() if key.startswith("templates/"))


def test_a_zip_that_exists_is_not_uploaded_again(package: Package) -> None:
    s3 = FakeS3()
    for workers in (4, 5):
        upload(package, {"Stage": "plant", "Workers": workers}, s3, "artifacts")
    assert s3.uploads == 1


def test_a_change_that_another_process_started_is_waited_for(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls == ["UPDATE from templates", "change_set_create_complete", "execute"]


def test_a_creation_that_another_process_started_and_that_fails_is_removed(package: Package) -> None:
    aws = FakeCloudFormation(["CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls[:3] == ["delete", "stack_delete_complete", "CREATE from templates"]
