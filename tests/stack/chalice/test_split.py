"""The template falls into what Chalice makes and all else. Nothing is lost, nothing refers to what is not made yet."""

from typing import Any

import pytest

from linewatch.stack.chalice.functions import functions
from linewatch.stack.chalice.split import by_chalice, needed, references, resources_only, values
from linewatch.stack.template import PackagingFailed
from tests.stack.chalice.builders import template

PARTS = ["Api", "ApiHandler", "Inspect", "MayCall"]
OTHERS = ["InspectRole", "Layer", "Log", "Queue", "Rule"]


def test_each_resource_is_in_exactly_one_part() -> None:
    assert sorted(by_chalice(template())) == PARTS
    assert sorted(resources_only(template())["Resources"]) == OTHERS


def test_the_stack_of_resources_waits_for_nothing_and_shows_nothing_that_chalice_makes() -> None:
    kept = resources_only(template())
    assert kept["Resources"]["Queue"]["DependsOn"] == ["Log"]
    assert "QueueUrl" in kept["Outputs"]
    assert "Address" not in kept["Outputs"]
    assert "Globals" not in kept


def test_whatever_functions_and_api_refer_to_is_an_output() -> None:
    outputs = resources_only(template())["Outputs"]
    assert outputs["ValueInspectRoleArn"]["Value"] == {"Fn::GetAtt": ["InspectRole", "Arn"]}
    assert outputs["ValueLog"]["Value"] == {"Ref": "Log"}
    assert outputs["ValueAWSURLSuffix"]["Value"] == {"Ref": "AWS::URLSuffix"}
    assert needed(template()) == ["AWS::URLSuffix", "InspectRole.Arn", "Layer", "Log", "Queue.Arn"]


def test_the_outputs_give_the_values_back() -> None:
    outputs = {name: f"<{name}>" for name in resources_only(template())["Outputs"]}
    assert values(template(), outputs)["InspectRole.Arn"] == "<ValueInspectRoleArn>"


def test_a_resource_that_refers_to_a_function_is_refused_with_its_name() -> None:
    whole = template()
    whole["Resources"]["Alarm"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Name": {"Ref": "Inspect"}}}
    with pytest.raises(PackagingFailed, match=r"Alarm \(AWS::CloudWatch::Alarm\) refers to Inspect"):
        resources_only(whole)


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ({"Ref": "A"}, ["A"]),
        ({"Fn::GetAtt": ["A", "Arn"]}, ["A.Arn"]),
        ({"Fn::Sub": "${A.Arn}/${B} ${!C}"}, ["A.Arn", "B"]),
        ({"Fn::Sub": ["${A} ${Own}", {"Own": {"Ref": "B"}}]}, ["A", "B"]),
        ([{"x": [{"Ref": "A"}]}, "Ref"], ["A"]),
    ],
)
def test_references_are_found_in_all_their_forms(part: Any, found: list[str]) -> None:
    assert list(references(part)) == found


def test_the_real_template_can_be_split(template: dict[str, Any]) -> None:
    whole, kept = set(template["Resources"]), set(resources_only(template)["Resources"])
    assert kept | set(by_chalice(template)) == whole
    assert {each.logical_id for each in functions(template)} < whole - kept


def test_functions_have_what_all_share_and_the_name_that_chalice_gives_their_handler() -> None:
    inspect, api = functions(template(LoggingConfig={"LogFormat": "JSON"}))
    assert (inspect.handler, api.handler) == ("inspect", "api_handler")
    assert inspect.properties["LoggingConfig"] == {"LogGroup": {"Ref": "Log"}, "LogFormat": "JSON"}
    assert inspect.properties["Environment"]["Variables"].keys() == {"LINEWATCH_STAGE", "URL", "WINDOW"}
    assert api.properties["Environment"]["Variables"] == {"LINEWATCH_STAGE": "plant"}
