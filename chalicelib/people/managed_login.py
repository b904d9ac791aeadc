"""The sign-in page: Cognito's managed login, and what is asked of it when a person comes back.

The page in the browser gets a code, which the API exchanges itself (RFC 6749, 4.1; RFC 7636). The token comes straight
from Cognito over TLS (OpenID Connect Core, 3.1.3.7) and goes straight back to it: Cognito says whose it is, and refuses
what it did not sign, what has expired and what was revoked. No token is ever taken from a browser.
"""

import json
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from chalicelib.core.errors import SignedOut, SignInUnavailable
from chalicelib.people.ports import Code

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

TIMEOUT = 5.0
"""Seconds, of the 15 that the function has."""
_NOT_VALID = "the sign-in was not completed, or took too long: sign in again"


class ManagedLogin:
    """The login at `address`, such as `https://linewatch-prod-123456789012.auth.eu-west-1.amazoncognito.com`."""

    def __init__(self, client: "CognitoIdentityProviderClient", address: str, page_client: str) -> None:
        self._client = client
        self._address = urlsplit(address)
        self._page_client = page_client

    def redeem(self, code: Code) -> str:
        """One request for the token, one for its owner."""
        try:
            return self._client.get_user(AccessToken=self._token_of(code))["Username"]
        except self._client.exceptions.NotAuthorizedException as error:
            raise SignedOut(_NOT_VALID) from error

    def _token_of(self, code: Code) -> str:
        status, content = self._posted(
            grant_type="authorization_code",
            client_id=self._page_client,
            code=code.code,
            code_verifier=code.verifier,
            redirect_uri=code.redirect_uri,
        )
        if status == HTTPStatus.BAD_REQUEST:
            raise SignedOut(_NOT_VALID)
        if status != HTTPStatus.OK:
            raise SignInUnavailable(f"the sign-in service answered {status}: try again in a minute")
        return str(json.loads(content)["access_token"])

    def _posted(self, **form: str) -> tuple[int, bytes]:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(self._address.netloc, timeout=TIMEOUT)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", "/oauth2/token", urlencode(form), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise SignInUnavailable("the sign-in service does not answer: try again in a minute") from error
        finally:
            connection.close()


def login_address(endpoint: str, domain: str, region: str) -> str:
    """Where the login is: on AWS at the domain of the stage, at an emulator under its own address.

    `endpoint` is the address of Cognito's API.
    """
    if (urlsplit(endpoint).hostname or "").startswith("cognito-idp."):
        return f"https://{domain}.auth.{region}.amazoncognito.com"
    return endpoint
