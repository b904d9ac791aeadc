"""Creating and changing the stack, and the error when that fails."""

from pathlib import Path

import pytest

from linewatch.stack.artifacts import Artifacts, BucketUnusable
from linewatch.stack.change_set import ChangeSet, ResourceChange, StackFailed
from linewatch.stack.cloudformation import Deployment, InvalidStageName, deploy
from linewatch.stack.package import Package
from tests.support.fake_cloudformation import FakeAccount, FakeCloudFormation, FakeCloudWatch, FakeS3

TEMPLATE = """{
  "Parameters": {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z-]+", "ConstraintDescription": "small letters"},
    "Workers": {"Type": "Number", "Default": 10}
  },
  "Resources": {
    "Function": {
      "Type": "AWS::Serverless::Function",
      "Properties": {"CodeUri": "code.zip", "Size": {"Ref": "Workers"}}
    },
    "Late": {"Type": "AWS::CloudWatch::Alarm", "Metadata": {"RollbackMinutes": 15}}
  }
}"""
CREATED = [None, "CREATE_COMPLETE"]
NOTHING = "The submitted information didn't contain changes."


@pytest.fixture
def package(tmp_path: Path) -> Package:
    (tmp_path / "template.json").write_text(TEMPLATE)
    (tmp_path / "code.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    return Package(tmp_path)


def a_deployment(package: Package, stage: str = "plant", **settings: int) -> Deployment:
    return Deployment(package, stage, settings, echo=lambda _: None)


def deployed(package: Package, cloudformation: FakeCloudFormation, stage: str = "plant") -> dict[str, str]:
    return deploy(a_deployment(package, stage), FakeAccount(cloudformation), poll_seconds=0)


@pytest.mark.parametrize("stage", ["Plant 7", "plant 7", "plant-7\n"])
def test_a_stage_name_that_the_template_does_not_allow_is_refused_before_anything_is_created(
    package: Package, stage: str
) -> None:
    account = FakeAccount(FakeCloudFormation([None]))
    with pytest.raises(InvalidStageName, match="is not a valid stage name: small letters"):
        deploy(a_deployment(package, stage), account)
    assert not account.s3.objects


def test_a_new_stack_is_created_and_its_outputs_are_returned(package: Package) -> None:
    aws = FakeCloudFormation([None, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
    assert deployed(package, aws) == {"RestAPIId": "api"}
    assert aws.calls == ["CREATE from templates", "change_set_create_complete", "execute"]


def test_a_stack_without_changes_is_not_updated(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE"], refusal=NOTHING)
    deployed(package, aws)
    assert aws.calls == ["UPDATE from templates", "change_set_create_complete", "delete the change set change"]


def test_a_template_that_cloudformation_rejects_is_an_error_with_its_reason(package: Package) -> None:
    aws = FakeCloudFormation([None], refusal="Circular dependency between resources: [Bucket, Queue]")
    with pytest.raises(StackFailed, match="rejects the template: Circular dependency"):
        deployed(package, aws)
    assert aws.calls[-2:] == ["delete the change set change", "delete"]


class Refused(Exception):
    """A person said no."""


def refuse(*_: object) -> None:
    """Say no."""
    raise Refused


@pytest.mark.parametrize(("statuses", "left"), [([None], ["delete"]), (["UPDATE_COMPLETE"], [])])
def test_what_is_not_approved_leaves_nothing_behind(
    package: Package, statuses: list[str | None], left: list[str]
) -> None:
    aws = FakeCloudFormation(statuses)
    with pytest.raises(Refused):
        deploy(a_deployment(package), FakeAccount(aws), approve=refuse)
    assert aws.calls[2:] == ["delete the change set change", *left]


def test_the_changes_are_shown_before_they_are_made(package: Package) -> None:
    shown: list[ChangeSet] = []
    account = FakeAccount(FakeCloudFormation(["UPDATE_COMPLETE"]))
    deploy(a_deployment(package), account, approve=lambda changes, _: shown.append(changes), poll_seconds=0)
    assert shown[0].resources == [
        ResourceChange("Modify", "Bus", "AWS::Events::EventBus", replaced=True),
        ResourceChange("Import", "Keys", "AWS::Events::EventBus", replaced=False),
    ]


def test_a_deployment_that_another_one_overtook_says_so(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE"], execution_error="ChangeSetNotFound")
    with pytest.raises(StackFailed, match="another deployment of linewatch-plant came first"):
        deployed(package, aws)


def test_change_sets_that_earlier_runs_left_are_deleted_but_not_those_of_others(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE"], leftovers=["linewatch-2026", "of-somebody"])
    deployed(package, aws)
    assert aws.calls[0] == "delete the change set linewatch-2026"
    assert len(aws.calls) == 4


def test_what_stayed_of_an_earlier_stack_is_taken_over_on_aws_but_not_on_the_emulator(package: Package) -> None:
    """The emulator rolls such a change back."""
    for emulated in (False, True):
        account = FakeAccount(FakeCloudFormation(list(CREATED)), emulated=emulated)
        deploy(a_deployment(package), account, poll_seconds=0)
        assert account.cloudformation.asked.get("ImportExistingResources", False) is not emulated


def test_an_update_is_undone_by_the_marked_alarms_of_the_stack(package: Package) -> None:
    aws = FakeCloudFormation(["UPDATE_COMPLETE"])
    aws.resources = [("Late", "AWS::CloudWatch::Alarm", "late-1X"), ("Other", "AWS::CloudWatch::Alarm", "other-2Y")]
    deployed(package, aws)
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:late-1X"
    assert aws.asked["RollbackConfiguration"] == {
        "RollbackTriggers": [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"}],
        "MonitoringTimeInMinutes": 15,
    }


def test_an_alarm_that_is_raised_already_does_not_undo_the_update_that_may_mend_it(package: Package) -> None:
    aws, lines = FakeCloudFormation(["UPDATE_COMPLETE"]), list[str]()
    aws.resources = [("Late", "AWS::CloudWatch::Alarm", "late-1X")]
    account = FakeAccount(aws, cloudwatch=FakeCloudWatch({"late-1X"}))
    deploy(Deployment(package, "plant", {}, lines.append), account, poll_seconds=0)
    assert aws.asked["RollbackConfiguration"] == {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}
    assert "raised already, so it does not undo this deployment: Late" in lines


def test_a_new_stack_has_no_alarm_yet_that_could_undo_it(package: Package) -> None:
    aws = FakeCloudFormation(list(CREATED))
    deployed(package, aws)
    assert aws.asked["RollbackConfiguration"] == {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}


def test_all_resources_have_the_stage_and_the_chosen_tags(package: Package) -> None:
    aws = FakeCloudFormation(list(CREATED))
    deployment = Deployment(package, "plant", {}, lambda _: None, {"team": "press"})
    deploy(deployment, FakeAccount(aws), poll_seconds=0)
    assert aws.asked["Tags"] == [{"Key": "linewatch:stage", "Value": "plant"}, {"Key": "team", "Value": "press"}]


@pytest.mark.parametrize(
    ("stage", "protected"), [("prod", True), ("testing", True), ("test", False), ("dev-ada", False)]
)
def test_every_stack_but_those_of_development_is_protected(package: Package, stage: str, protected: bool) -> None:
    aws = FakeCloudFormation(list(CREATED))
    deployed(package, aws, stage)
    assert aws.protected is protected


def test_nothing_is_uploaded_to_a_bucket_of_another_account(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation([None]), FakeS3(owner="999999999999"))
    with pytest.raises(BucketUnusable, match="linewatch-plant-artifacts-123456789012 cannot be used"):
        deploy(a_deployment(package), account)
    assert not account.s3.objects


def test_the_template_has_the_urls_of_the_zips_and_the_values_of_the_parameters(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation(list(CREATED)))
    deploy(a_deployment(package, Workers=4), account, poll_seconds=0)
    [body] = [body.decode() for key, body in account.s3.objects.items() if key.startswith("templates/")]
    assert '"CodeUri": "s3://linewatch-plant-artifacts-123456789012/zips/' in body
    assert '"Size": 4' in body
    assert "Parameters" not in body


def test_a_setting_that_is_not_chosen_has_the_default_of_the_template(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation([None]))
    function = a_deployment(package).template(account)["Resources"]["Function"]
    assert function["Properties"]["Size"] == 10


def test_a_zip_that_exists_is_not_uploaded_again(package: Package) -> None:
    account = FakeAccount(FakeCloudFormation(["UPDATE_COMPLETE"]))
    for workers in (4, 5):
        deploy(a_deployment(package, Workers=workers), account, poll_seconds=0)
    assert account.s3.uploads == 1


def test_the_bucket_for_artifacts_takes_tls_only_and_keeps_old_versions_for_a_month() -> None:
    account = FakeAccount(FakeCloudFormation([None]))
    Artifacts("plant", account).make_bucket()
    assert '"aws:SecureTransport": "false"' in account.s3.configured["policy"]
    assert account.s3.configured["versioning"] == {"Status": "Enabled"}
    [replaced, _] = account.s3.configured["lifecycle"]["Rules"]
    assert replaced["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_the_last_ten_templates_stay_and_the_zips_that_they_name() -> None:
    account = FakeAccount(FakeCloudFormation([None]))
    account.s3.objects = {f"templates/{at:02}.json": b"zips/%02d.zip zips/same.zip" % at for at in range(12)}
    account.s3.objects |= {f"zips/{name}.zip": b"" for name in ("00", "01", "02", "11", "same")}
    account.s3.objects["settings.json"] = b"{}"
    Artifacts("plant", account).delete_old()
    assert {key for key in account.s3.objects if not key.startswith("templates/")} == {
        "zips/02.zip",
        "zips/11.zip",
        "zips/same.zip",
        "settings.json",
    }
    assert len(account.s3.objects) == 10 + 4
