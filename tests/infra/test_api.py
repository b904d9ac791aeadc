"""The API as it is deployed: one stage, limits, and strangers who cost no function."""

import json
import re
from typing import Any

import app
from chalicelib.access.auth_context import context_of
from chalicelib.access.domain import OPEN_ROUTES, ROUTES, TOKEN, Grant, Role
from chalicelib.lookout import operations as lookout
from chalicelib.projects.operations import Operation
from linewatch.stack.settings import complete
from linewatch.stack.values import with_values
from tests.support.described import differences, the_document
from tests.support.resources import Properties, Resources, name_in
from tests.support.translated import translate


def api_of(resources: Resources) -> Properties:
    (api,) = resources.of_type("Serverless::Api").values()
    return api


def methods(resources: Resources) -> dict[tuple[str, str], dict[str, Any]]:
    """Every method of the API by (method, path)."""
    paths = api_of(resources)["DefinitionBody"]["paths"].items()
    return {(method.upper(), path): each for path, methods in paths for method, each in methods.items()}


def test_the_api_has_exactly_one_stage(translated: Resources) -> None:
    (stage,) = translated.of_type("ApiGateway::Stage").values()
    assert stage["StageName"] == "v1"
    assert not [each for each in translated.of_type("ApiGateway::Deployment").values() if "StageName" in each]


def test_the_stage_is_traced_and_limited(translated: Resources) -> None:
    (stage,) = translated.of_type("ApiGateway::Stage").values()
    assert stage["TracingEnabled"] == {"Fn::If": ["Traced", True, False]}
    (everywhere,) = [each for each in stage["MethodSettings"] if each["ResourcePath"] == "/*"]
    assert everywhere["HttpMethod"] == "*"
    assert 0 < everywhere["ThrottlingRateLimit"] <= everywhere["ThrottlingBurstLimit"]


def test_the_api_has_the_name_of_the_stage_however_it_is_imported(translated: Resources) -> None:
    (api,) = translated.of_type("ApiGateway::RestApi").values()
    assert api["Name"] == api["Body"]["info"]["title"] == {"Fn::Sub": "linewatch-${Stage}"}


def test_every_limit_is_that_of_a_route(resources: Resources) -> None:
    limited = {
        (each["HttpMethod"], each["ResourcePath"].removeprefix("/").replace("~1", "/"))
        for each in api_of(resources)["MethodSettings"]
        if each["ResourcePath"] != "/*"
    }
    assert limited <= set(methods(resources))


def test_what_cameras_call_has_limits_of_its_own(resources: Resources) -> None:
    """So a flood on another route leaves them theirs."""
    paths = {each["ResourcePath"] for each in api_of(resources)["MethodSettings"]}
    uploads = {path for (_, path), roles in ROUTES.items() if roles == {Role.CAMERA}}
    assert {f"/{path.replace('/', '~1')}" for path in (*uploads, "/inspections/{inspection_id}")} <= paths


def test_what_strangers_reach_has_low_limits_of_its_own(resources: Resources) -> None:
    """A refusal takes the function milliseconds, so that all of them together use up few of its workers."""
    limits = {
        (each["HttpMethod"], each["ResourcePath"].removeprefix("/").replace("~1", "/")): each["ThrottlingRateLimit"]
        for each in api_of(resources)["MethodSettings"]
    }
    signed = [(each.method, each.path) for each in (*lookout.ROUTES.values(), *lookout.PACKAGING.values())]
    detect = lookout.ROUTES[Operation.DETECT_ANOMALIES]
    assert {route: limits[route] for route in signed} == {
        route: 50 if route == (detect.method, detect.path) else 10 for route in signed
    }
    assert all(limits[route] <= 50 for route in OPEN_ROUTES)


def test_a_flood_of_pictures_leaves_most_workers_of_the_function_to_cameras(resources: Resources) -> None:
    """A worker waits for as long as another function makes the picture."""
    seconds = 0.3
    limits = [each for each in api_of(resources)["MethodSettings"] if each["ResourcePath"].endswith("~1picture")]
    _, workers, _ = resources.functions()["APIHandler"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert len(limits) == 2
    assert sum(each["ThrottlingRateLimit"] for each in limits) * seconds < workers / 2


def test_the_routes_are_those_of_the_app_and_health(resources: Resources) -> None:
    routes = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    assert set(methods(resources)) == routes | {("GET", "/health")}


def test_no_route_is_open_but_health_the_page_and_those_that_are_signed(resources: Resources) -> None:
    """The app itself checks a signature, because it includes the body."""
    signed = {(each.method, each.path) for each in (*lookout.ROUTES.values(), *lookout.PACKAGING.values())}
    open_routes = {route for route, each in methods(resources).items() if not each.get("security")}
    assert open_routes == {("GET", "/health"), *OPEN_ROUTES, *signed}


def test_health_calls_no_function(resources: Resources) -> None:
    health = methods(resources)["GET", "/health"]["x-amazon-apigateway-integration"]
    assert health["type"] == "mock"
    answer = health["responses"]["default"]
    assert answer["responseParameters"] == {"method.response.header.Cache-Control": "'no-store'"}
    text = answer["responseTemplates"]["application/json"]["Fn::Sub"].replace("${Stage}", "test")
    assert json.loads(text) == {"status": "ok", "stage": "test"}
    assert differences(the_document()["paths"]["/health"]["get"], 200, text) == []


def test_both_authorizers_are_called_for_nothing_but_the_form_of_a_token(translated: Resources) -> None:
    (api,) = translated.of_type("ApiGateway::RestApi").values()
    authorizers = api["Body"]["securityDefinitions"]
    assert set(authorizers) == {"authorize", "authorize_legacy"}
    for name, each in authorizers.items():
        settings = each["x-amazon-apigateway-authorizer"]
        assert settings["type"] == "token", name
        assert settings["identityValidationExpression"] == f"^{TOKEN.pattern}$", name


def test_only_the_gateway_may_call_the_functions_of_the_api(translated: Resources) -> None:
    permissions = translated.of_type("Lambda::Permission").values()
    callers = {each["Principal"] for each in permissions if "execute-api" in str(each["SourceArn"])}
    assert callers == {"apigateway.amazonaws.com"}
    assert {"APIHandler", "Authorize"} <= {name_in(each["FunctionName"]) for each in permissions}


def stage_with(template: dict[str, Any], **chosen: str) -> Resources:
    values = complete(template["Parameters"], {"Stage": "test", **chosen})
    return Resources(translate(with_values(template, {**values, "AWS::AccountId": "1", "AWS::Region": "eu-west-1"})))


def test_a_stage_logs_no_access_and_changes_nothing_of_the_account_unless_asked(template: dict[str, Any]) -> None:
    plain = stage_with(template)
    (stage,) = plain.of_type("ApiGateway::Stage").values()
    assert "AccessLogSetting" not in stage
    assert "AWS::ApiGateway::Account" not in {each["Type"] for each in plain.template["Resources"].values()}


def test_the_access_log_says_who_called_what(template: dict[str, Any]) -> None:
    logged = stage_with(template, AccessLog="yes")
    (stage,) = logged.of_type("ApiGateway::Stage").values()
    setting = stage["AccessLogSetting"]
    assert logged.pointed_at(setting["DestinationArn"])["LogGroupName"] == "/linewatch/test/access"
    line = json.loads(re.sub(r"(?<!\")\$context[\w.]+", "1", setting["Format"]))
    assert {"key_id", "route", "method", "status", "latency_ms"} <= set(line)
    variables = set(re.findall(r"authorizer\.(\w+)", setting["Format"]))
    assert variables <= set(context_of(Grant("k", Role.CAMERA, "plates")))


def test_the_account_gets_a_role_for_logs_that_outlives_the_stage(template: dict[str, Any]) -> None:
    made = stage_with(template, AccessLog="yes", AccessLogRole="yes").template["Resources"]
    kept = {name for name, each in made.items() if each.get("DeletionPolicy") == "Retain"}
    assert {"ApiGatewayAccount", "ApiGatewayLogRole"} <= kept
    assert made["AccessLogGroup"]["DependsOn"] == ["ApiGatewayAccount"]


def test_the_gateway_says_how_to_send_an_image_that_it_does_not_carry(resources: Resources) -> None:
    """To the clients of Lookout for Vision too, who read the kind of error from a header."""
    refusal = api_of(resources)["GatewayResponses"]["REQUEST_TOO_LARGE"]
    assert refusal["StatusCode"] == 413
    assert "POST /uploads" in refusal["ResponseTemplates"]["application/json"]
    assert refusal["ResponseParameters"]["Headers"]["x-amzn-ErrorType"] == "'ValidationException'"


def test_the_errors_of_the_gateway_are_json(resources: Resources) -> None:
    for name, response in api_of(resources)["GatewayResponses"].items():
        body = response["ResponseTemplates"]["application/json"]
        error = json.loads(body.replace("$context.error.messageString", '"message"'))
        assert set(error) == {"code", "message"}, name
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX"} <= set(api_of(resources)["GatewayResponses"])
