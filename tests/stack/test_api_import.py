"""What the emulator lacks of API Gateway, and that it answers with our addition. All runs in the emulator's Python."""

import json
from typing import Any

import pytest

from tests.stack.in_emulator import said

DEFINITION = {
    "swagger": "2.0",
    "info": {"title": "plant", "version": "1.0"},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "paths": {"/parts": {"get": {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": "arn:a"}}}},
}
SCRIPT = """
import asyncio, json, sys
from ministack.services import apigateway_v1 as gateway

if sys.argv[1] == "taught":
    sys.path.append(sys.argv[2])
    from linewatch.stack import api_import
    api_import.install(gateway)

def call(method, path, body, query={}):
    status, _, content = asyncio.run(gateway.handle_request(method, path, {}, json.dumps(body).encode(), query))
    return status, json.loads(content)

def paths(api):
    return sorted(each["path"] for each in gateway._resources[api].values())

definition = json.load(sys.stdin)
_, made = call("POST", "/restapis", definition, {"mode": ["import"], "endpointConfigurationTypes": ["REGIONAL"]})
call("POST", f"/restapis/{made['id']}/deployments", {"stageName": "v1"})
first = paths(made["id"])
definition["paths"] = {"/lots": definition["paths"]["/parts"]}
definition["info"]["title"] = "plant-2"
status, put = call("PUT", f"/restapis/{made['id']}", definition, {"mode": ["overwrite"]})
patch = {"op": "replace", "path": "/minimumCompressionSize", "value": ""}
_, patched = call("PATCH", f"/restapis/{made['id']}", {"patchOperations": [patch]})
stages = list(gateway._stages_v1[made["id"]])
print(json.dumps({"made": made, "first": first, "status": status, "put": put, "paths": paths(made["id"]),
                  "size": patched["minimumCompressionSize"], "stages": stages, "apis": len(gateway._rest_apis)}))
"""


@pytest.fixture(scope="module")
def taught() -> Any:
    return said(SCRIPT, "taught", given=json.dumps(DEFINITION))


def test_an_import_makes_the_api_of_the_definition(taught: Any) -> None:
    assert taught["made"]["name"] == "plant"
    assert taught["made"]["endpointConfiguration"] == {"types": ["REGIONAL"]}
    assert taught["made"]["binaryMediaTypes"] == ["image/png"]
    assert taught["first"] == ["/", "/parts"]


def test_an_overwrite_replaces_the_routes_and_keeps_id_and_stages(taught: Any) -> None:
    assert taught["put"]["id"] == taught["made"]["id"]
    assert taught["put"]["name"] == "plant-2"
    assert taught["paths"] == ["/", "/lots"]
    assert taught["stages"] == ["v1"]
    assert taught["apis"] == 1


def test_an_empty_compression_size_is_none(taught: Any) -> None:
    assert taught["size"] is None


def test_the_emulator_still_lacks_all_three() -> None:
    """When this fails, the emulator has learned something: delete what api_import.py no longer needs."""
    plain = said(SCRIPT, "plain", given=json.dumps(DEFINITION))
    assert plain["first"] == ["/"], "it imports an API: ImportRestApi needs no help"
    assert plain["status"] == 404, "it overwrites an API: PutRestApi needs no help"
    assert plain["size"] == "", "it knows an empty minimumCompressionSize"
