"""The settings of a stage: what may be chosen, and that it stays."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from linewatch.stack.settings import FIXED, InvalidSetting, Settings, assignments, checked, complete, load, store
from linewatch.stack.values import Value

PARAMETERS: dict[str, dict[str, Any]] = {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z]+", "Description": "The stage"},
    "Workers": {"Type": "Number", "Default": 10, "MinValue": 2, "MaxValue": 100, "Description": "How many work"},
    "Share": {"Type": "Number", "Default": 0.05, "MinValue": 0, "Description": "How much"},
    "Email": {"Type": "String", "Default": "", "AllowedPattern": "|.+@.+", "Description": "Who gets alerts"},
    "Canary": {"Type": "String", "Default": "no", "AllowedValues": ["yes", "no"], "Description": "Slow releases"},
}


@dataclass
class FakeBucket:
    """One bucket of S3."""

    objects: dict[str, bytes] = field(default_factory=dict)
    exists: bool = True

    def get_object(self, Bucket: str, Key: str, ExpectedBucketOwner: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey" if self.exists else "NoSuchBucket", "Message": ""}}, "")
        return {"Body": BytesIO(self.objects[Key])}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str, ExpectedBucketOwner: str) -> None:  # noqa: N803
        self.objects[Key] = Body


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [("Workers", "45", 45), ("Workers", 45, 45), ("Share", "0.2", 0.2), ("Email", "", ""), ("Canary", "yes", "yes")],
)
def test_a_value_gets_the_type_of_its_parameter(name: str, value: str | int, typed: object) -> None:
    found = checked(PARAMETERS, name, value)
    assert (found, type(found)) == (typed, type(typed))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Workers", "1", "Workers cannot be '1': 2 to 100"),
        ("Workers", "many", "Workers cannot be 'many': 2 to 100"),
        ("Workers", "nan", "Workers cannot be 'nan': 2 to 100"),
        ("Share", "-1", "Share cannot be '-1': at least 0"),
        ("Email", "nobody", "Email cannot be 'nobody': text that matches"),
        ("Canary", "maybe", "Canary cannot be 'maybe': yes or no"),
        ("Wrokers", "4", "there is no setting 'Wrokers'"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is_and_the_list_of_settings(
    name: str, value: str, reason: str
) -> None:
    with pytest.raises(InvalidSetting) as refused:
        checked(PARAMETERS, name, value)
    assert reason in str(refused.value)
    assert "Workers = 10: How many work (2 to 100)" in str(refused.value)
    assert "Stage" not in str(refused.value)


@pytest.mark.parametrize("word", ["Workers", "=4", ""])
def test_a_word_that_sets_nothing_is_refused(word: str) -> None:
    with pytest.raises(InvalidSetting, match="write it as Name=Value"):
        assignments([word])


def test_a_value_may_have_an_equals_sign() -> None:
    assert assignments(["Confidence=0.2,plates/line-7=0.3"]) == {"Confidence": "0.2,plates/line-7=0.3"}


def test_what_is_not_chosen_has_its_default() -> None:
    chosen: dict[str, Value] = {"Stage": "plant", "Workers": 4}
    assert complete(PARAMETERS, chosen) == {
        "Stage": "plant",
        "Workers": 4,
        "Share": 0.05,
        "Email": "",
        "Canary": "no",
    }


@pytest.mark.parametrize("exists", [True, False])
def test_before_the_first_deployment_nothing_is_chosen(exists: bool) -> None:
    assert load(FakeBucket(exists=exists), "artifacts", "123456789012") == Settings()


def test_settings_stay_until_they_are_chosen_again() -> None:
    bucket = FakeBucket()
    store(bucket, "artifacts", "123456789012", Settings({"Workers": 45, "Canary": "yes"}, {"team": "press"}))
    again = load(bucket, "artifacts", "123456789012").changed({"Canary": "no"}, {"cost": "7"})
    assert again == Settings({"Workers": 45, "Canary": "no"}, {"team": "press", "cost": "7"})


def test_every_parameter_of_the_template_is_a_setting_that_can_be_explained(template: dict[str, Any]) -> None:
    for name, parameter in template["Parameters"].items():
        assert parameter["Type"] in {"String", "Number"}, name
        assert parameter["Description"], name
        assert "Default" in parameter or name in FIXED, name
        limits = {"AllowedPattern", "AllowedValues"} if parameter["Type"] == "String" else {"MinValue"}
        assert limits & parameter.keys(), name


def test_the_defaults_of_the_template_are_allowed(template: dict[str, Any]) -> None:
    assert complete(template["Parameters"], {"Stage": "plant"})


@pytest.mark.parametrize("stage", ["prod-artifacts", "prod-resources"])
def test_a_stage_cannot_take_the_names_of_anothers_parts(template: dict[str, Any], stage: str) -> None:
    with pytest.raises(InvalidSetting):
        checked(template["Parameters"], "Stage", stage)
