"""A code of the sign-in page becomes a name, or an error that lets nobody in."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.config import Config

from chalicelib.core.errors import SignedOut, SignInUnavailable
from chalicelib.people.managed_login import ManagedLogin, login_address
from chalicelib.people.ports import Code

CODE = Code("code-1", "verifier-1", "https://example.com/v1/page")


class Login(HTTPServer):
    """Answers as Cognito: `/oauth2/token` for a code, and its API for a token."""

    status = 200
    accepted = "token-1"
    sent: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    server: Login

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/oauth2/token":
            self.server.sent = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(self.server.status, {"access_token": "token-1", "id_token": "other"})
        elif json.loads(body)["AccessToken"] == self.server.accepted:
            self._answer(200, {"Username": "ada", "UserAttributes": []})
        else:
            self._answer(400, {"__type": "NotAuthorizedException", "message": "Invalid Access Token"})

    def _answer(self, status: int, content: object) -> None:
        sent = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def login() -> Iterator[Login]:
    server = Login(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def at(login: Login) -> ManagedLogin:
    address = f"http://127.0.0.1:{login.server_port}"
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    client = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=address, config=config)
    return ManagedLogin(client, address, "page-1")


def test_a_code_becomes_the_name_that_cognito_gives_for_its_token(login: Login) -> None:
    assert at(login).redeem(CODE) == "ada"
    assert login.sent == {
        "grant_type": "authorization_code",
        "client_id": "page-1",
        "code": "code-1",
        "code_verifier": "verifier-1",
        "redirect_uri": "https://example.com/v1/page",
    }


def test_a_code_that_was_used_is_refused(login: Login) -> None:
    login.status = 400
    with pytest.raises(SignedOut, match="sign in again"):
        at(login).redeem(CODE)


def test_a_token_that_cognito_does_not_know_is_refused(login: Login) -> None:
    """Expired, revoked, tampered, unsigned, of another pool or an id token: Cognito says so of each."""
    login.accepted = "another"
    with pytest.raises(SignedOut):
        at(login).redeem(CODE)


@pytest.mark.parametrize("status", [429, 500, 503, 302])
def test_an_outage_lets_nobody_in(login: Login, status: int) -> None:
    login.status = status
    with pytest.raises(SignInUnavailable, match=f"answered {status}"):
        at(login).redeem(CODE)


def test_no_answer_lets_nobody_in(login: Login) -> None:
    page = at(login)
    login.shutdown()
    login.server_close()
    with pytest.raises(SignInUnavailable, match="does not answer"):
        page.redeem(CODE)


def test_the_login_is_at_the_domain_of_the_stage_or_at_the_emulator() -> None:
    address = "https://linewatch-prod-1.auth.eu-west-1.amazoncognito.com"
    on_aws = "https://cognito-idp.eu-west-1.amazonaws.com"
    assert login_address(on_aws, "linewatch-prod-1", "eu-west-1") == address
    assert login_address("http://127.0.0.1:4566", "linewatch-local-1", "us-east-1") == "http://127.0.0.1:4566"
