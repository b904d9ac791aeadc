"""Teach the emulator what `chalice deploy` asks of API Gateway and ministack 1.5.33 cannot do.

- ImportRestApi makes an API without a name and without routes.
- PutRestApi with `mode=overwrite` is unknown. `finish` calls it too.
- UpdateRestApi with an empty minimumCompressionSize, which stands for none, breaks the API.

ministack can import an API as a part of a CloudFormation stack; the functions here let it do so for these requests.
"""

import json
from typing import Any

_REPLACED = ("_resources", "_authorizers_v1", "_models", "_gateway_responses")
"""What an import replaces. Stages and deployments stay."""


def install(gateway: Any) -> None:
    """Let `gateway`, the emulator's module for REST APIs, answer these requests too."""
    plain = gateway.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        match method, path.strip("/").split("/"):
            case "POST", ["restapis"] if _first(query, "mode") == "import":
                return _view(gateway, _imported(gateway, json.loads(body), _first(query, "endpointConfigurationTypes")))
            case "PUT", ["restapis", api] if api in gateway._rest_apis:
                _overwrite(gateway, api, json.loads(body))
                return _view(gateway, api)
            case "PATCH", ["restapis", _]:
                body = _with_numbers(json.loads(body))
        return await plain(method, path, headers, body, query)

    gateway.handle_request = handle_request


def _first(query: Any, name: str) -> Any:
    value = query.get(name)
    return value[0] if isinstance(value, list) else value


def _view(gateway: Any, api: str) -> Any:
    return gateway._v1_response(gateway._rest_api_view(gateway._rest_apis[api]), 201)


def _imported(gateway: Any, definition: Any, endpoint: str | None) -> str:
    api: str = gateway._import_rest_api(
        definition,
        {
            "endpointConfiguration": {"types": [endpoint or "EDGE"]},
            "binaryMediaTypes": definition.get("x-amazon-apigateway-binary-media-types", []),
        },
    )
    return api


def _overwrite(gateway: Any, api: str, definition: Any) -> None:
    """Import it under another id, move what was made to the old id, and delete the other."""
    fresh = _imported(gateway, definition, None)
    for name in _REPLACED:
        table = getattr(gateway, name)
        table[api] = table.pop(fresh)
    made = gateway._rest_apis[fresh]
    gateway._rest_apis[api].update({name: made[name] for name in ("name", "binaryMediaTypes", "version")})
    gateway._delete_rest_api(fresh)


def _with_numbers(request: Any) -> bytes:
    for operation in request["patchOperations"]:
        if operation["path"] == "/minimumCompressionSize":
            operation["value"] = int(operation["value"]) if operation["value"] else None
    return json.dumps(request).encode()
