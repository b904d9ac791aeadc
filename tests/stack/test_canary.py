"""Releases by canary, in what CloudFormation makes of the template."""

import json
from typing import Any

import pytest

from linewatch.stack.canary import with_canary
from linewatch.stack.package import Package
from linewatch.stack.settings import complete
from linewatch.stack.values import Value, with_values
from tests.support.resources import Properties, Resources, as_list
from tests.support.translated import translate


def translated(package: Package, canary: str) -> dict[str, Any]:
    template = package.template
    fixed: dict[str, Value] = {"Stage": "plant", "Canary": canary}
    values = {**complete(template["Parameters"], fixed), "AWS::AccountId": "123456789012"}
    return translate(with_canary(with_values(template, values), values))


@pytest.fixture(scope="module")
def by_canary(packaged: Package) -> Resources:
    return Resources(translated(packaged, "yes"))


def test_without_the_setting_there_is_no_alias_and_no_codedeploy(packaged: Package) -> None:
    kinds = {each["Type"] for each in translated(packaged, "no")["Resources"].values()}
    assert not [
        kind for kind in kinds if "CodeDeploy" in kind or kind in {"AWS::Lambda::Alias", "AWS::Lambda::Version"}
    ]


def test_queues_and_the_api_call_the_released_functions_by_their_alias(by_canary: Resources) -> None:
    [mapping] = [
        each
        for each in by_canary.of_type("Lambda::EventSourceMapping").values()
        if each["EventSourceArn"] == {"Fn::GetAtt": ["InspectionQueue", "Arn"]}
    ]
    assert mapping["FunctionName"] == {"Ref": "InspectImagesAliaslive"}
    [api] = by_canary.of_type("ApiGateway::RestApi").values()
    assert "${APIHandlerAliaslive}" in json.dumps(api)
    assert "APIHandler.Arn" not in json.dumps(api)
    permission = by_canary.of_type("Lambda::Permission")["APIHandlerInvokePermission"]
    assert permission["FunctionName"] == {"Ref": "APIHandlerAliaslive"}


def test_the_new_version_of_inspect_images_is_checked_before_it_gets_images(by_canary: Resources) -> None:
    policy = by_canary.template["Resources"]["InspectImagesAliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert policy["BeforeAllowTrafficHook"] == {"Ref": "CheckRelease"}
    hook = by_canary.of_type("Lambda::Function")["CheckRelease"]
    version = hook["Environment"]["Variables"]["LINEWATCH_NEW_VERSION"]["Ref"]
    assert by_canary.of_type("Lambda::Version")[version]["FunctionName"] == {"Ref": "InspectImages"}
    assert hook["Code"] == by_canary.of_type("Lambda::Function")["InspectImages"]["Code"]


def test_a_tenth_of_the_traffic_comes_for_ten_minutes_and_alarms_stop_it(by_canary: Resources) -> None:
    for name in ("InspectImagesDeploymentGroup", "APIHandlerDeploymentGroup"):
        group = by_canary.of_type("CodeDeploy::DeploymentGroup")[name]
        assert group["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Canary10Percent10Minutes"}
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert {"Name": {"Ref": "ApiFailingAlarm"}} in group["AlarmConfiguration"]["Alarms"]


def statements(by_canary: Resources, role: str) -> dict[str, Properties]:
    return {each["Sid"]: each for each in by_canary.statements(by_canary.of_type("IAM::Role")[role])}


def test_the_check_may_ask_only_the_function_that_it_checks(by_canary: Resources) -> None:
    grants = statements(by_canary, "CheckReleaseRole")
    assert grants["AskTheNewVersion"]["Resource"] == {"Fn::Sub": "${InspectImages.Arn}:*"}
    assert grants["FindProjects"]["Resource"] == {"Fn::GetAtt": ["Projects", "Arn"]}
    assert "*" not in [each for grant in ("FindProjects", "AnswerCodeDeploy") for each in as_list(grants[grant])]


def test_codedeploy_may_move_the_two_aliases_and_nothing_else(by_canary: Resources) -> None:
    grants = statements(by_canary, "CanaryRole")
    everywhere = {sid for sid, each in grants.items() if each["Resource"] == "*"}
    assert everywhere == {"WatchAlarms"}
    assert "InspectImages" in str(grants["MoveTraffic"]["Resource"])
