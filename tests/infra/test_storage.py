"""What is kept, for how long, and what a person sets."""

import re
from typing import Any

import pytest

from chalicelib.recovery.domain import AGES
from tests.support.resources import Properties, Resources

NOTHING = {"Ref": "AWS::NoValue"}


@pytest.fixture
def bucket(resources: Resources) -> Properties:
    (bucket,) = resources.of_type("S3::Bucket").values()
    return bucket


def rule(bucket: Properties, name: str) -> tuple[str | None, Properties]:
    """A rule of the bucket's lifecycle, and the condition under which there is one."""
    for each in bucket["LifecycleConfiguration"]["Rules"]:
        match each:
            case {"Fn::If": [str(condition), {"Id": found} as made, otherwise]} if found == name:
                assert otherwise == NOTHING
                return condition, made
            case {"Id": found} if found == name:
                return None, each
    raise AssertionError(f"there is no rule {name}")


def test_what_is_deleted_or_replaced_can_be_had_back_for_30_days(bucket: Properties) -> None:
    assert bucket["VersioningConfiguration"] == {"Fn::If": ["OnAws", {"Status": "Enabled"}, NOTHING]}
    condition, made = rule(bucket, "forget-old-versions")
    assert condition is None
    assert made["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert made["ExpiredObjectDeleteMarker"] is True


@pytest.mark.parametrize(
    ("name", "setting", "condition"),
    [
        ("images-turn-cold", "ImagesColdAfterDays", "ImagesTurnCold"),
        ("images-expire", "ImagesExpireAfterDays", "ImagesExpire"),
    ],
)
def test_images_turn_cold_and_expire_only_if_asked_for(
    template: dict[str, Any], bucket: Properties, name: str, setting: str, condition: str
) -> None:
    default = template["Parameters"][setting]["Default"]
    assert template["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": setting}, default]}]}
    asked, made = rule(bucket, name)
    assert (asked, made["Prefix"], made["Status"]) == (condition, "images/", "Enabled")
    days = {"ExpirationInDays": made.get("ExpirationInDays")} | made.get("Transitions", [{}])[0]
    assert {"Ref": setting} in days.values()


@pytest.mark.parametrize(("days", "allowed"), [("0", True), ("1", False), ("31", False), ("32", True), ("3650", True)])
def test_an_image_does_not_expire_while_it_may_still_wait_or_be_compared(
    template: dict[str, Any], resources: Resources, days: str, allowed: bool
) -> None:
    pattern = template["Parameters"]["ImagesExpireAfterDays"]["AllowedPattern"]
    assert (re.fullmatch(pattern, days) is not None) is allowed
    kept = resources.of_type("SQS::Queue")["InspectionQueue"]["MessageRetentionPeriod"]
    assert max(*AGES, 2 * kept / 86400) < 32


def test_every_table_can_be_protected_once_the_stage_runs(template: dict[str, Any], resources: Resources) -> None:
    """Not at once: CloudFormation could not remove what a first deployment made that failed."""
    assert template["Parameters"]["Protected"]["Default"] == "no"
    for name, table in resources.of_type("DynamoDB::Table").items():
        assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, NOTHING]}, name


def test_events_can_be_kept_for_a_replay_on_aws_only(template: dict[str, Any]) -> None:
    """The emulator has no archives of events."""
    archive = template["Resources"]["EventArchive"]
    assert (archive["Type"], archive["Condition"]) == ("AWS::Events::Archive", "HasEventArchive")
    assert archive["Properties"]["RetentionDays"] == {"Ref": "EventArchiveDays"}
    days = template["Parameters"]["EventArchiveDays"]["Default"]
    wanted = {"Fn::Not": [{"Fn::Equals": [{"Ref": "EventArchiveDays"}, days]}]}
    assert template["Conditions"]["HasEventArchive"] == {"Fn::And": [{"Condition": "OnAws"}, wanted]}
    assert days == 0


@pytest.mark.parametrize(
    ("setting", "topic", "condition"),
    [
        ("OperationsEmail", "OperationsTopic", "HasOperationsEmail"),
        ("ReportsEmail", "ReportsTopic", "HasReportsEmail"),
    ],
)
def test_an_address_is_subscribed_if_there_is_one(
    template: dict[str, Any], setting: str, topic: str, condition: str
) -> None:
    subscribed = [each for each in template["Resources"].values() if each["Type"] == "AWS::SNS::Subscription"]
    assert {
        "Type": "AWS::SNS::Subscription",
        "Condition": condition,
        "Properties": {"TopicArn": {"Ref": topic}, "Protocol": "email", "Endpoint": {"Ref": setting}},
    } in subscribed
    assert template["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": setting}, ""]}]}
    assert template["Parameters"][setting]["Default"] == ""


def test_alerts_go_to_an_address_as_text_or_with_a_sender_as_html(template: dict[str, Any]) -> None:
    """The sender may only send as itself, and only to that address."""
    subscription = template["Resources"]["AlertsSubscription"]
    assert (subscription["Condition"], subscription["Properties"]["Endpoint"]) == ("MailsText", {"Ref": "AlertsEmail"})
    [text_or_not, without_sender] = template["Conditions"]["MailsText"]["Fn::And"]
    assert template["Conditions"]["MailsHtml"] == {"Fn::And": [text_or_not, {"Fn::Not": [without_sender]}]}
    assert without_sender == {"Fn::Equals": [{"Ref": "AlertSender"}, ""]}
    policy = template["Resources"]["MailPolicy"]
    assert policy["Condition"] == "MailsHtml"
    [mail] = [each for each in policy["Properties"]["PolicyDocument"]["Statement"] if each["Sid"] == "MailPeople"]
    assert mail["Action"] == "ses:SendEmail"
    assert mail["Condition"]["StringEquals"] == {"ses:FromAddress": {"Ref": "AlertSender"}}
    assert mail["Condition"]["ForAllValues:StringEquals"] == {"ses:Recipients": [{"Ref": "AlertsEmail"}]}


@pytest.mark.parametrize(
    ("text", "allowed"), [("", True), ("a@b.example", True), ("a", False), ("a@b, c@d", False), ("a@b@c", False)]
)
def test_an_address_is_one_address_or_none(template: dict[str, Any], text: str, allowed: bool) -> None:
    for setting in ("OperationsEmail", "AlertsEmail", "ReportsEmail"):
        pattern = template["Parameters"][setting]["AllowedPattern"]
        assert (re.fullmatch(pattern, text) is not None) is allowed
