"""Every state in which a stack may be: waited for, mended, or explained."""

from pathlib import Path

import pytest

from linewatch.stack.change_set import StackFailed
from linewatch.stack.cloudformation import Deployment, deploy
from linewatch.stack.package import Package
from linewatch.stack.stack_status import delete
from tests.support.fake_cloudformation import FakeAccount, FakeCloudFormation

TEMPLATE = '{"Parameters": {"Stage": {"Type": "String", "AllowedPattern": "[a-z]+"}}, "Resources": {}}'


@pytest.fixture
def package(tmp_path: Path) -> Package:
    (tmp_path / "template.json").write_text(TEMPLATE)
    return Package(tmp_path)


def deployed(package: Package, aws: FakeCloudFormation) -> dict[str, str]:
    return deploy(Deployment(package, "plant", {}, lambda _: None), FakeAccount(aws), poll_seconds=0)


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"])
def test_the_rest_of_a_failed_first_attempt_is_removed(package: Package, status: str) -> None:
    aws = FakeCloudFormation([status, "CREATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls[:3] == ["delete", "stack_delete_complete", "CREATE from templates"]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name linewatch-plant --region eu-west-1"),
        ("UPDATE_FAILED", "rollback-stack --stack-name linewatch-plant --region eu-west-1"),
        ("DELETE_FAILED", "`linewatch destroy --stage plant --keep-data` ends it"),
        ("IMPORT_ROLLBACK_FAILED", "imported into it by hand"),
    ],
)
def test_a_stack_that_a_person_must_mend_is_left_alone_and_the_error_says_how(
    package: Package, status: str, advice: str
) -> None:
    aws = FakeCloudFormation([status])
    aws.earlier_events = [("linewatch-plant", "CREATE_COMPLETE", ""), ("Bus", "UPDATE_FAILED", "no such bus")]
    with pytest.raises(StackFailed) as failure:
        deployed(package, aws)
    assert f"linewatch-plant is {status}:\n  Bus: no such bus\n" in str(failure.value)
    assert advice in str(failure.value)
    assert aws.calls == []


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_change_that_another_process_started_is_waited_for(package: Package, status: str) -> None:
    aws = FakeCloudFormation([status, status, "UPDATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls == ["UPDATE from templates", "change_set_create_complete", "execute"]


def test_a_deletion_that_another_process_started_is_waited_for(package: Package) -> None:
    aws = FakeCloudFormation(["DELETE_IN_PROGRESS", None, "CREATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls[0] == "CREATE from templates"


def test_a_creation_that_another_process_started_and_that_fails_is_removed(package: Package) -> None:
    aws = FakeCloudFormation(["CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_COMPLETE"])
    deployed(package, aws)
    assert aws.calls[:3] == ["delete", "stack_delete_complete", "CREATE from templates"]


def test_a_failure_names_the_failed_resource_and_the_reason_but_not_cancelled_or_earlier_ones(
    package: Package,
) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
    aws.earlier_events = [("Topic", "UPDATE_FAILED", "of last week")]
    aws.events = [
        ("Bus", "UPDATE_FAILED", "no such bus"),
        ("Queue", "UPDATE_FAILED", "Resource update cancelled"),
        ("Table", "UPDATE_COMPLETE", ""),
    ]
    with pytest.raises(StackFailed) as failure:
        deployed(package, aws)
    assert str(failure.value) == "linewatch-plant is UPDATE_ROLLBACK_COMPLETE:\n  Bus: no such bus"


def test_an_update_that_an_alarm_undid_names_the_alarm(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
    aws.events = [("linewatch-plant", "UPDATE_ROLLBACK_IN_PROGRESS", "The alarm late-1X is in state ALARM")]
    with pytest.raises(StackFailed, match="linewatch-plant: The alarm late-1X is in state ALARM"):
        deployed(package, aws)


def removed(aws: FakeCloudFormation) -> None:
    delete(aws, "linewatch-plant", "eu-west-1", lambda _: None, poll_seconds=0)


def test_a_protected_stack_is_deleted_when_it_is_meant() -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", None], protected=True)
    removed(aws)
    assert (aws.calls, aws.protected) == (["delete"], False)


def test_deleting_what_is_gone_does_nothing() -> None:
    aws = FakeCloudFormation([None])
    removed(aws)
    assert aws.calls == []


def test_a_deletion_that_fails_names_the_resource() -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_FAILED"])
    aws.events = [("Bus", "DELETE_FAILED", "has rules")]
    with pytest.raises(StackFailed, match="Bus: has rules"):
        removed(aws)
