"""The release of a stage: settings that stay, and the check of the account before anything is made."""

import json
from pathlib import Path
from typing import Any

import pytest

from linewatch.stack.account_check import AccountTooSmall
from linewatch.stack.artifacts import BucketUnusable
from linewatch.stack.chalice.resources import Resources
from linewatch.stack.change_set import StackFailed
from linewatch.stack.package import Package
from linewatch.stack.release import OtherWay, Release, prepare, release
from linewatch.stack.settings import FILE, InvalidSetting
from tests.support.fake_cloudformation import FakeAccount, FakeCloudFormation, FakeLambda, FakeS3

YES_NO = {"Type": "String", "Default": "no", "AllowedValues": ["yes", "no"], "Description": "Whether"}
TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"},
        "InspectionConcurrency": {"Type": "Number", "Default": 10, "MinValue": 2, "Description": "Workers"},
        "Canary": YES_NO,
    },
    "Conditions": {"Reserved": {"Fn::Equals": [{"Ref": "ReserveConcurrency"}, "yes"]}},
    "Resources": {
        "Api": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "code.zip",
                "ReservedConcurrentExecutions": {"Fn::If": ["Reserved", 30, {"Ref": "AWS::NoValue"}]},
            },
        }
    },
}


@pytest.fixture
def package(tmp_path: Path) -> Package:
    parameters = TEMPLATE["Parameters"] | {"ReserveConcurrency": YES_NO}
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE | {"Parameters": parameters}))
    (tmp_path / "code.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    return Package(tmp_path)


def an_account(*statuses: str | None, limit: int = 1000) -> FakeAccount:
    return FakeAccount(FakeCloudFormation([*statuses]), functions=FakeLambda(limit))


def prepared(package: Package, account: FakeAccount, **words: str) -> Release:
    return prepare(package, "plant", account, words, {}, lambda _: None)


def approve(*_: object) -> None:
    """Say yes."""


def stored(account: FakeAccount) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(account.s3.objects[FILE])["values"]
    return values


def test_a_setting_stays_in_the_next_deployment_which_does_not_say_it(package: Package) -> None:
    account = an_account(None, "CREATE_COMPLETE")
    release(prepared(package, account, InspectionConcurrency="45"), account, approve, poll_seconds=0)
    again = prepared(package, account, Canary="yes")
    assert again.deployment.settings["InspectionConcurrency"] == 45
    assert again.changed() == {"Canary": ("no", "yes")}


def test_settings_of_a_deployment_that_fails_are_taken_back(package: Package) -> None:
    account = an_account(None, "CREATE_COMPLETE")
    release(prepared(package, account, InspectionConcurrency="45"), account, approve, poll_seconds=0)
    account.cloudformation.statuses = ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
    with pytest.raises(StackFailed):
        release(prepared(package, account, InspectionConcurrency="46"), account, approve, poll_seconds=0)
    assert stored(account)["InspectionConcurrency"] == 45


def test_settings_of_a_deployment_that_is_not_approved_are_not_kept(package: Package) -> None:
    def refuse(*_: object) -> None:
        raise ZeroDivisionError

    account = an_account(None)
    with pytest.raises(ZeroDivisionError):
        release(prepared(package, account, InspectionConcurrency="45"), account, refuse, poll_seconds=0)
    assert FILE not in account.s3.objects


def test_settings_are_kept_before_the_stack_changes_so_that_a_kill_cannot_reset_them(package: Package) -> None:
    account = an_account("UPDATE_COMPLETE")
    account.cloudformation.execution_error = "Throttling"  # any error that is not a failed stack, as a kill
    with pytest.raises(Exception, match="Throttling"):
        release(prepared(package, account, InspectionConcurrency="45"), account, approve, poll_seconds=0)
    assert stored(account)["InspectionConcurrency"] == 45


def test_a_kept_setting_that_no_longer_exists_is_dropped_and_named(package: Package) -> None:
    account, lines = an_account(None), list[str]()
    account.s3.objects[FILE] = b'{"values": {"Old": 7}, "tags": {}}'
    wanted = prepare(package, "plant", account, {}, {}, lines.append)
    assert lines == ["the setting Old no longer exists: its value 7 is dropped"]
    assert "Old" not in wanted.after.values


def test_settings_in_a_bucket_of_another_account_are_not_read(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation([None]), FakeS3(owner="999999999999"))
    with pytest.raises(BucketUnusable, match="belongs to another account"):
        prepared(package, account)


def test_an_unknown_setting_is_refused_before_aws_is_asked_anything(package: Package) -> None:
    with pytest.raises(InvalidSetting, match="there is no setting 'Wrokers'"):
        prepare(package, "plant", object(), {"Wrokers": "4"}, {}, print)  # type: ignore[arg-type]


def test_a_stage_that_chalice_deployed_is_not_deployed_a_second_time(package: Package) -> None:
    account = an_account(None)
    account.cloudformation.made_by_chalice = True
    with pytest.raises(OtherWay, match="chalice delete --stage plant"):
        prepared(package, account)


def test_a_stage_that_is_one_stack_gets_no_stack_of_resources(package: Package) -> None:
    account = an_account("UPDATE_COMPLETE")
    with pytest.raises(OtherWay, match="`linewatch deploy` made stage plant"):
        prepare(package, "plant", account, {}, {}, print, Resources)


@pytest.mark.parametrize(("limit", "chosen"), [(10, "no"), (129, "no"), (130, "yes"), (1000, "yes")])
def test_the_first_deployment_reserves_concurrency_where_the_account_is_large_enough(
    package: Package, limit: int, chosen: str
) -> None:
    """Lambda keeps 100 for functions without a reservation; this template reserves 30."""
    wanted = prepared(package, an_account(None, limit=limit), InspectionConcurrency="2")
    assert wanted.after.values["ReserveConcurrency"] == chosen


def test_a_choice_about_reservations_stays(package: Package) -> None:
    account = an_account(None, limit=1000)
    account.s3.objects[FILE] = b'{"values": {"ReserveConcurrency": "no"}, "tags": {}}'
    assert prepared(package, account).after.values["ReserveConcurrency"] == "no"


def test_an_account_in_which_inspection_could_take_everything_is_refused_with_what_to_do(package: Package) -> None:
    account = an_account(None, limit=50)
    with pytest.raises(AccountTooSmall) as refused:
        prepared(package, account, InspectionConcurrency="31")
    for words in ("may run 50", "InspectionConcurrency=31 needs 51", "L-B99A9384", "--set InspectionConcurrency=30"):
        assert words in str(refused.value)
    assert account.cloudformation.calls == []
    assert prepared(package, account, InspectionConcurrency="30").advice is None


def test_the_smallest_stage_may_be_tried_in_any_account_with_advice(package: Package) -> None:
    advice = prepared(package, an_account(None, limit=10), InspectionConcurrency="2").advice
    assert advice is not None
    assert "--desired-value 1000 --region eu-west-1" in advice
