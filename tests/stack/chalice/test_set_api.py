"""`finish` makes the API that Chalice imported the one of the template."""

import json
from typing import Any

import pytest

from linewatch.stack.chalice.set_api import set_api
from linewatch.stack.chalice.set_function import NotSettable
from tests.stack.chalice.builders import FakeService

API: dict[str, Any] = {
    "Name": "linewatch-plant",
    "StageName": "v1",
    "DefinitionBody": {
        "info": {"title": "linewatch", "version": "1.0"},
        "x-amazon-apigateway-binary-media-types": ["audio/basic"],
        "paths": {"/health": {}},
    },
}


def finish(stage: dict[str, Any] | None = None, **properties: Any) -> FakeService:
    gateway = FakeService("apigateway", get_stage=stage or {})
    set_api(gateway, "api1", API | properties)
    return gateway


def definition(**properties: Any) -> Any:
    [put] = finish(**properties).arguments("put_rest_api")
    assert (put["restApiId"], put["mode"]) == ("api1", "overwrite")
    return json.loads(put["body"])


def operations(stage: dict[str, Any] | None = None, **properties: Any) -> set[tuple[str, str, str | None]]:
    [updated] = finish(stage, **properties).arguments("update_stage")
    return {(each["op"], each["path"], each.get("value")) for each in updated["patchOperations"]}


def test_the_definition_is_the_templates_with_the_stages_name() -> None:
    body = definition(BinaryMediaTypes=["image/png"])
    assert body["info"] == {"title": "linewatch-plant", "version": "1.0"}
    assert body["paths"] == {"/health": {}}
    assert body["x-amazon-apigateway-binary-media-types"] == ["image/png"]


def test_refusals_are_a_part_of_the_definition() -> None:
    refusal = {
        "StatusCode": 401,
        "ResponseTemplates": {"application/json": "{}"},
        "ResponseParameters": {"Headers": {"Access-Control-Allow-Origin": "'*'"}},
    }
    assert definition(GatewayResponses={"UNAUTHORIZED": refusal})["x-amazon-apigateway-gateway-responses"] == {
        "UNAUTHORIZED": {
            "statusCode": "401",
            "responseTemplates": {"application/json": "{}"},
            "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        }
    }


def test_the_definition_is_deployed_before_the_stage_is_set() -> None:
    assert [name for name, _ in finish().calls] == ["put_rest_api", "create_deployment", "get_stage", "update_stage"]


def test_from_how_many_bytes_on_answers_are_compressed_is_set_before_it_is_deployed() -> None:
    gateway = finish(MinimumCompressionSize=1400)
    [updated] = gateway.arguments("update_rest_api")
    assert updated["patchOperations"] == [{"op": "replace", "path": "/minimumCompressionSize", "value": "1400"}]
    names = [name for name, _ in gateway.calls]
    assert names.index("update_rest_api") < names.index("create_deployment")


def test_limits_stand_at_their_routes() -> None:
    settings = [
        {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 100, "MetricsEnabled": True},
        {"ResourcePath": "/~1uploads~1batch", "HttpMethod": "POST", "ThrottlingBurstLimit": 50},
    ]
    assert operations(MethodSettings=settings, TracingEnabled=True) == {
        ("replace", "/*/*/throttling/rateLimit", "100"),
        ("replace", "/*/*/metrics/enabled", "true"),
        ("replace", "/~1uploads~1batch/POST/throttling/burstLimit", "50"),
        ("replace", "/tracingEnabled", "true"),
    }


@pytest.mark.parametrize("key", ["uploads/POST", "/uploads/POST", "~1uploads/POST"])
def test_limits_that_the_template_no_longer_has_go_and_the_others_stay(key: str) -> None:
    stage: dict[str, Any] = {"methodSettings": {"*/*": {}, key: {}}}
    general = {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 100}
    assert operations(stage, MethodSettings=[general]) == {
        ("replace", "/*/*/throttling/rateLimit", "100"),
        ("remove", "/~1uploads/POST", None),
    }
    uploads = {"ResourcePath": "/~1uploads", "HttpMethod": "POST", "ThrottlingRateLimit": 5}
    assert "remove" not in {each for each, *_ in operations(stage, MethodSettings=[general, uploads])}


def test_the_access_log_is_the_stages() -> None:
    log = {"DestinationArn": "arn:log:*", "Format": "$context.requestId"}
    assert operations(AccessLogSetting=log) == {
        ("replace", "/accessLogSettings/destinationArn", "arn:log"),
        ("replace", "/accessLogSettings/format", "$context.requestId"),
    }


@pytest.mark.parametrize(
    "properties",
    [
        {"NewThing": 1},
        {"MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "NewThing": 1}]},
        {"GatewayResponses": {"THROTTLED": {"NewThing": 1}}},
        {"AccessLogSetting": {"NewThing": 1}},
    ],
)
def test_what_cannot_be_set_is_an_error_that_names_it(properties: dict[str, Any]) -> None:
    with pytest.raises(NotSettable, match="linewatch-plant has NewThing"):
        finish(**properties)
