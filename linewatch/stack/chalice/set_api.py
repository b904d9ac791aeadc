"""Make the API that `chalice deploy` imported equal to the template's, and deploy it: definition, refusals, stage."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from linewatch.stack.chalice.set_function import refuse

_BY_CHALICE = {"StageName", "EndpointConfiguration", "Tags", "OpenApiVersion"}
_OF_DEFINITION = {"DefinitionBody", "Name", "BinaryMediaTypes", "GatewayResponses"}
_API = {"MinimumCompressionSize": "/minimumCompressionSize"}
_STAGE = {"TracingEnabled": "/tracingEnabled", "Description": "/description"}
_ACCESS_LOG = {"DestinationArn": "/accessLogSettings/destinationArn", "Format": "/accessLogSettings/format"}
_METHOD = {
    "MetricsEnabled": "metrics/enabled",
    "LoggingLevel": "logging/loglevel",
    "DataTraceEnabled": "logging/dataTrace",
    "ThrottlingRateLimit": "throttling/rateLimit",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "CachingEnabled": "caching/enabled",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CacheDataEncrypted": "caching/dataEncrypted",
}
"""Where UpdateStage sets what CloudFormation has in MethodSettings."""


def set_api(gateway: Any, api: str, properties: Mapping[str, Any]) -> None:
    """Set everything. `properties` are those of the template's API, all values written in. Raises `NotSettable`."""
    known = {*_BY_CHALICE, *_OF_DEFINITION, *_STAGE, *_API, "MethodSettings", "AccessLogSetting"}
    others = properties.keys() - known
    refuse(properties["Name"], others)
    stage = properties["StageName"]
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(definition(properties)).encode())
    of_api = [_replace(path, properties[name]) for name, path in _API.items() if name in properties]
    if of_api:
        gateway.update_rest_api(restApiId=api, patchOperations=of_api)
    gateway.create_deployment(restApiId=api, stageName=stage)
    now = gateway.get_stage(restApiId=api, stageName=stage)
    gateway.update_stage(restApiId=api, stageName=stage, patchOperations=list(_operations(now, properties)))


def definition(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The API's definition with all that SAM would write into it."""
    body = dict(properties["DefinitionBody"])
    body["info"] = {**body["info"], "title": properties["Name"]}
    if "BinaryMediaTypes" in properties:
        body["x-amazon-apigateway-binary-media-types"] = properties["BinaryMediaTypes"]
    body["x-amazon-apigateway-gateway-responses"] = {
        kind: dict(_refusal(properties["Name"], given))
        for kind, given in properties.get("GatewayResponses", {}).items()
    }
    return body


def _refusal(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    refuse(name, given.keys() - {"StatusCode", "ResponseTemplates", "ResponseParameters"})
    if "StatusCode" in given:
        yield "statusCode", str(given["StatusCode"])
    yield "responseTemplates", given.get("ResponseTemplates", {})
    parameters = given.get("ResponseParameters", {})
    refuse(name, parameters.keys() - {"Headers"})
    yield (
        "responseParameters",
        {f"gatewayresponse.header.{header}": value for header, value in parameters.get("Headers", {}).items()},
    )


def _operations(now: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What changes the stage: what the template has is set, and limits that it no longer has are removed."""
    methods = {_path(each["ResourcePath"], each["HttpMethod"]): each for each in properties.get("MethodSettings", [])}
    for path in now.get("methodSettings", {}):
        if (old := _path(*path.rsplit("/", 1))) not in methods:
            yield {"op": "remove", "path": old}
    for path, settings in methods.items():
        refuse(properties["Name"], settings.keys() - _METHOD.keys() - {"ResourcePath", "HttpMethod"})
        yield from (_replace(f"{path}/{_METHOD[name]}", settings[name]) for name in settings if name in _METHOD)
    yield from (_replace(path, properties[name]) for name, path in _STAGE.items() if name in properties)
    log = properties.get("AccessLogSetting", {})
    refuse(properties["Name"], log.keys() - _ACCESS_LOG.keys())
    # CloudFormation's ARN of a log group ends with its streams, which the API does not take.
    yield from (_replace(_ACCESS_LOG[name], value.removesuffix(":*")) for name, value in log.items())


def _path(resource: str, method: str) -> str:
    """Where a method's settings are. `resource` is `*` or a path, in any of the forms in which AWS has it."""
    plain = resource.replace("~1", "/").strip("/")
    return f"/*/{method}" if plain == "*" else f"/~1{plain.replace('/', '~1')}/{method}"


def _replace(path: str, value: Any) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": str(value).lower() if isinstance(value, bool) else str(value)}
