"""What the document says of the API as a whole: its address, and who may call it."""

from typing import Any

_DESCRIPTION = """\
A camera sends images; people and programs read verdicts.

Every request but `GET /health`, `POST /session` and those for the page needs an access key, or the token of a person's
session. Each operation names the roles that may call it, as `x-roles` too.
Times are ISO 8601 with an offset from UTC. Ignore fields that you do not know: new ones may come.

An error is an object with a `code` for programs and a `message` for people. The gateway of a local stack answers some
401 and 403 by itself, with a message and without a `code`.

Clients of Amazon Lookout for Vision have routes of their own under `/2020-11-20`, which this document does not repeat.
[botocore describes them](https://github.com/boto/botocore/tree/1.40.60/botocore/data/lookoutvision/2020-11-20). Call
them with its client and the scheme `sigv4`, or with `bearer`.
"""

INFO: dict[str, Any] = {
    "title": "Linewatch",
    "version": "1",
    "description": _DESCRIPTION,
    "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
}

SERVERS: list[dict[str, Any]] = [
    {
        "url": "{address}",
        "variables": {
            "address": {
                "default": "https://abcde12345.execute-api.eu-west-1.amazonaws.com/v1",
                "description": "The address that `linewatch deploy` or `linewatch up` prints.",
            }
        },
    }
]

SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "lw_<key id>_<secret><checksum>",
        "description": "The token of an access key, which `linewatch key create` makes, or of a session. Behind that "
        "of a session may stand `/<project>`: which of the person's projects the request is about.",
    },
    "legacy": {
        "type": "apiKey",
        "in": "header",
        "name": "authorizationToken",
        "description": "The same token, for clients of the archived sample.",
    },
    "sigv4": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4 for the service `lookoutvision`: the access key id is the id of a "
        "Linewatch key, the secret access key its secret. Only the routes of Amazon Lookout for Vision take it.",
    },
}
