"""The values of parameters are written into the template."""

from typing import Any

import pytest

from linewatch.stack.settings import complete
from linewatch.stack.template import PackagingFailed
from linewatch.stack.values import Value, with_values
from tests.support.resources import Resources

VALUES: dict[str, Value] = {
    "Stage": "plant",
    "Workers": 4,
    "AWS::AccountId": "123456789012",
    "Queue.Arn": "arn:aws:sqs:::queue",
}


def written(part: Any) -> Any:
    return with_values({"Resources": {"It": {"Properties": part}}}, VALUES)["Resources"]["It"]["Properties"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"Ref": "Workers"}, 4),
        ({"Ref": "Bucket"}, {"Ref": "Bucket"}),
        ({"Fn::Sub": "linewatch-${Stage}-${AWS::AccountId}"}, "linewatch-plant-123456789012"),
        ({"Fn::Sub": "at most ${Workers}"}, "at most 4"),
        ({"Fn::Sub": "${Bucket.Arn}/${Stage}"}, {"Fn::Sub": "${Bucket.Arn}/plant"}),
        ({"Fn::Sub": "${!Literal} of ${Stage}"}, "${Literal} of plant"),
        ({"Fn::Sub": "${!Literal} of ${Bucket}"}, {"Fn::Sub": "${!Literal} of ${Bucket}"}),
        ({"Fn::Sub": ["${Own}-${Stage}", {"Own": {"Ref": "Workers"}}]}, "4-plant"),
        (
            {"Fn::Sub": ["${Own}-${Stage}", {"Own": {"Ref": "Bucket"}}]},
            {"Fn::Sub": ["${Own}-plant", {"Own": {"Ref": "Bucket"}}]},
        ),
        ({"Fn::Join": ["-", [{"Ref": "Workers"}, "a"]]}, "4-a"),
        ({"Fn::Join": ["-", [{"Ref": "Bucket"}, "a"]]}, {"Fn::Join": ["-", [{"Ref": "Bucket"}, "a"]]}),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:::queue"),
    ],
)
def test_references_to_parameters_become_their_values_and_others_stay(part: Any, expected: Any) -> None:
    assert written(part) == expected


def conditional(condition: Any) -> dict[str, Any]:
    return with_values(
        {
            "Parameters": {"Stage": {}, "Workers": {}},
            "Conditions": {"It": condition, "Never": {"Fn::Not": [{"Fn::Equals": ["a", "a"]}]}},
            "Resources": {
                "Guarded": {"Condition": "It"},
                "Waiting": {"DependsOn": ["Guarded", "Chosen"]},
                "Chosen": {
                    "Size": {"Fn::If": ["It", 1, 2]},
                    "Gone": {"Fn::If": ["Never", 1, {"Ref": "AWS::NoValue"}]},
                    "Some": [1, {"Fn::If": ["Never", 2, {"Ref": "AWS::NoValue"}]}],
                },
            },
            "Outputs": {"Guarded": {"Condition": "Never", "Value": 1}},
        },
        VALUES,
    )


@pytest.mark.parametrize(
    "condition",
    [
        {"Fn::Equals": [{"Ref": "Stage"}, "plant"]},
        {"Fn::And": [{"Fn::Equals": [{"Ref": "Workers"}, "4"]}, {"Fn::Not": [{"Condition": "Never"}]}]},
        {"Fn::Or": [{"Condition": "Never"}, {"Fn::Equals": ["x", "x"]}]},
    ],
)
def test_a_resource_whose_condition_holds_stays_without_it(condition: Any) -> None:
    assert conditional(condition) == {
        "Resources": {
            "Guarded": {},
            "Waiting": {"DependsOn": ["Guarded", "Chosen"]},
            "Chosen": {"Size": 1, "Some": [1]},
        },
        "Outputs": {},
    }


def test_a_resource_whose_condition_does_not_hold_goes_and_nothing_waits_for_it() -> None:
    resources = conditional({"Fn::Equals": [{"Ref": "Stage"}, "other"]})["Resources"]
    assert resources == {"Waiting": {"DependsOn": ["Chosen"]}, "Chosen": {"Size": 2, "Some": [1]}}


def test_a_condition_on_something_else_is_refused() -> None:
    with pytest.raises(PackagingFailed, match="depends on more than parameters"):
        conditional({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]})


def test_everything_that_stays_when_the_stack_is_deleted_has_a_plain_name(template: dict[str, Any]) -> None:
    """CloudFormation takes over by plain names only."""
    parameters = template["Parameters"]
    values = {
        **complete(parameters, {"Stage": "plant"}),
        "AWS::AccountId": "123456789012",
        "Queue.Arn": "arn:aws:sqs:::queue",
    }
    plain = with_values(template, values)
    kept = {name for name, each in plain["Resources"].items() if each.get("DeletionPolicy", "Delete") != "Delete"}
    resources = Resources(plain)
    names = {name: table["TableName"] for name, table in resources.of_type("DynamoDB::Table").items()}
    names |= {name: bucket["BucketName"] for name, bucket in resources.of_type("S3::Bucket").items()}
    assert kept == set(names)
    assert all(isinstance(name, str) and name.startswith("linewatch-plant-") for name in names.values())
