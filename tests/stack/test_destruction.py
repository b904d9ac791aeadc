"""Removing a stage: what goes, what stays, and doing it again after a kill."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from linewatch.stack.cloudformation import Deployment
from linewatch.stack.destruction import Remains, StillDeployed, destroy, remains_of
from linewatch.stack.kept_data import kept_by
from linewatch.stack.package import Package
from linewatch.stack.template import PackagingFailed
from tests.support.deployment import ENVIRONMENT
from tests.support.fake_cloudformation import FakeCloudFormation, client_error

DATA, ARTIFACTS, KEYS = "linewatch-plant-1", "linewatch-plant-artifacts-123456789012", "linewatch-plant-keys"
TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String", "AllowedPattern": "[a-z]+"}},
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": DATA}},
        "Keys": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "RetainExceptOnCreate",
            "Properties": {"TableName": {"Fn::Sub": "linewatch-${Stage}-keys"}},
        },
        "Work": {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "linewatch-plant-work"}},
    },
}


@dataclass
class Functions:
    """Lambda with these functions."""

    names: list[str] = field(default_factory=list)
    mappings: dict[str, str] = field(default_factory=dict)
    """The ARN of each mapping's queue."""

    def get_paginator(self, _: str) -> "Functions":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        found = [{"UUID": name, "EventSourceArn": queue} for name, queue in self.mappings.items()]
        return [{"EventSourceMappings": found}]

    def delete_event_source_mapping(self, UUID: str) -> None:  # noqa: N803
        if UUID not in self.mappings:
            raise client_error("ResourceNotFoundException")
        del self.mappings[UUID]

    def get_function(self, FunctionName: str) -> None:  # noqa: N803
        if FunctionName not in self.names:
            raise client_error("ResourceNotFoundException")


@dataclass
class Stacks(FakeCloudFormation):
    """CloudFormation with some stacks by name."""

    statuses: list[str | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName not in self.names:
            raise client_error("ValidationError", f"{StackName} does not exist")
        return {"Stacks": [{"StackId": StackName, "StackStatus": "UPDATE_COMPLETE"}]}

    def delete_stack(self, **asked: Any) -> None:
        self.calls.append(f"delete {asked['StackName']}")
        self.names.remove(asked["StackName"])


@dataclass
class Site:
    """An account with real calls of S3 and DynamoDB, against moto."""

    cloudformation: Stacks
    functions: Functions = field(default_factory=Functions)
    account: str = "123456789012"
    region: str = "eu-west-1"
    emulated: bool = False

    def client(self, service: str) -> Any:
        own = {"cloudformation": self.cloudformation, "lambda": self.functions}
        return own.get(service) or boto3.client(service, region_name=self.region)  # type: ignore[call-overload]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A stage with an image of two versions, a protected table, and artifacts."""
    for name, value in ENVIRONMENT.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    with mock_aws():
        found = Site(Stacks(names=["linewatch-plant"]))
        s3, dynamodb = found.client("s3"), found.client("dynamodb")
        for bucket in (DATA, ARTIFACTS):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for content in (b"one", b"other"):
            s3.put_object(Bucket=DATA, Key="images/p/l/c/2026-11-26/1", Body=content)
        for key in ("zips/1.zip", "templates/1.json", "settings.json"):
            s3.put_object(Bucket=ARTIFACTS, Key=key, Body=b"{}")
        dynamodb.create_table(
            TableName=KEYS,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            DeletionProtectionEnabled=True,
        )
        yield found


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    return Deployment(Package(tmp_path), "plant", {}, lambda _: None)


def keys_of(site: Site, bucket: str) -> list[str]:
    versions = site.client("s3").list_object_versions(Bucket=bucket)
    return sorted({each["Key"] for kind in ("Versions", "DeleteMarkers") for each in versions.get(kind, [])})


def removed(site: Site, remains: Remains, *, data_too: bool) -> None:
    destroy(remains, site, lambda _: None, data_too=data_too, poll_seconds=0)


def test_what_there_is_is_described_before_anything_goes(site: Site, deployment: Deployment) -> None:
    remains = remains_of(deployment, site)
    assert remains.stacks == ["linewatch-plant"]
    assert remains.has_images()
    assert remains.described() == [
        f"bucket {DATA}: 1 objects, 0.00 GB, 0.00 USD a month",
        f"bucket {ARTIFACTS}: 3 objects, 0.00 GB, 0.00 USD a month",
        f"table {KEYS}: about 0 items, 0.00 GB, 0.00 USD a month",
    ]
    assert site.cloudformation.calls == []


def test_the_stack_goes_and_the_data_and_the_settings_stay(site: Site, deployment: Deployment) -> None:
    removed(site, remains_of(deployment, site), data_too=False)
    assert site.cloudformation.calls == ["delete linewatch-plant"]
    assert keys_of(site, DATA) == ["images/p/l/c/2026-11-26/1"]
    assert keys_of(site, ARTIFACTS) == ["settings.json"]
    assert site.client("dynamodb").list_tables()["TableNames"] == [KEYS]


def test_the_rules_of_shadow_runs_go_before_the_stack_and_others_stay(site: Site, deployment: Deployment) -> None:
    events = site.client("events")
    events.create_event_bus(Name="linewatch-plant")
    for rule in ("shadow-plates", "shadow-without-a-target", "results"):
        events.put_rule(Name=rule, EventBusName="linewatch-plant", EventPattern='{"source": ["linewatch"]}')
    target = {"Id": "shadows", "Arn": "arn:aws:sqs:eu-west-1:123456789012:linewatch-plant-shadows"}
    events.put_targets(Rule="shadow-plates", EventBusName="linewatch-plant", Targets=[target])
    removed(site, remains_of(deployment, site), data_too=False)
    assert [each["Name"] for each in events.list_rules(EventBusName="linewatch-plant")["Rules"]] == ["results"]


def test_with_the_data_nothing_is_left_of_any_version(site: Site, deployment: Deployment) -> None:
    removed(site, remains_of(deployment, site), data_too=True)
    assert site.client("s3").list_buckets()["Buckets"] == []
    assert site.client("dynamodb").list_tables()["TableNames"] == []
    assert remains_of(deployment, site).described() == []


@pytest.fixture
def signing(site: Site) -> str:
    """The key that signs. Moto knows no Ed25519."""
    kms = site.client("kms")
    key: str = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/linewatch-plant-sign-off", TargetKeyId=key)
    return key


def test_the_key_that_signs_stays_with_the_data_and_is_deleted_later_with_it(
    site: Site, deployment: Deployment, signing: str
) -> None:
    removed(site, remains_of(deployment, site), data_too=False)
    assert any("alias/linewatch-plant-sign-off" in line for line in remains_of(deployment, site).described())
    removed(site, remains_of(deployment, site), data_too=True)
    assert site.client("kms").describe_key(KeyId=signing)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert remains_of(deployment, site).described() == []


def test_a_removal_that_was_interrupted_can_be_run_again(site: Site, deployment: Deployment) -> None:
    first = remains_of(deployment, site)
    site.cloudformation.names.clear()  # the stack went, then the command was killed
    first.data[0].delete()
    again = remains_of(deployment, site)
    assert again.stacks == []
    removed(site, again, data_too=True)
    removed(site, first, data_too=True)
    assert remains_of(deployment, site).described() == []


def test_the_stack_of_resources_goes_once_chalice_has_removed_its_functions(site: Site, deployment: Deployment) -> None:
    site.cloudformation.names = ["linewatch-plant-resources"]
    site.functions.names = ["linewatch-plant-work"]
    with pytest.raises(StillDeployed, match="chalice delete --stage plant"):
        remains_of(deployment, site)
    site.functions.names.clear()
    removed(site, remains_of(deployment, site), data_too=False)
    assert site.cloudformation.calls == ["delete linewatch-plant-resources"]


def test_what_outlives_the_stack_and_cannot_be_deleted_is_a_mistake_in_the_template(site: Site) -> None:
    kept = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {}}
    with pytest.raises(PackagingFailed, match="Log outlives the stack"):
        kept_by({"Resources": {"Log": kept}}, site)


def test_everything_of_the_template_that_outlives_the_stack_can_be_deleted(
    site: Site, template: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "template.json").write_text(json.dumps(template))
    deployment = Deployment(Package(tmp_path), "plant", {}, lambda _: None)
    assert {each.name for each in kept_by(deployment.template(site), site)} >= {
        "linewatch-plant-123456789012",
        "linewatch-plant-inspections",
    }


def test_the_queues_of_projects_go_with_their_mappings_and_those_of_other_stages_stay(
    site: Site, deployment: Deployment
) -> None:
    sqs = site.client("sqs")
    for queue, stage in (("linewatch-plant-project-a", "plant"), ("linewatch-plant-project-b", "plant-project")):
        sqs.create_queue(QueueName=queue, tags={"linewatch:stage": stage})
        site.functions.mappings[queue] = f"arn:aws:sqs:eu-west-1:123456789012:{queue}"
    remains = remains_of(deployment, site)
    assert "queue linewatch-plant-project-a" in remains.described()
    removed(site, remains, data_too=False)
    assert [url.rsplit("/", 1)[1] for url in sqs.list_queues()["QueueUrls"]] == ["linewatch-plant-project-b"]
    assert list(site.functions.mappings) == ["linewatch-plant-project-b"]
    removed(site, remains_of(deployment, site), data_too=False)
