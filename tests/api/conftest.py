"""The API as a client meets it: Chalice's local gateway before the app, the ports' fakes behind it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import boto3
import pytest
from chalice.test import Client, HTTPResponse, TestHTTPClient

from app import app
from chalicelib import outside, wiring
from chalicelib.adapters.s3_uploads import SIGNING, S3UploadSigner
from chalicelib.domain.access import Role
from chalicelib.settings import Settings
from tests.deployment import ENVIRONMENT, forget_wiring
from tests.fakes import FakeAccessKeys, FakeInspections


@dataclass
class Api:
    """Calls routes with a token, and knows what stands behind them."""

    http: TestHTTPClient
    keys: FakeAccessKeys = field(default_factory=FakeAccessKeys)
    inspections: FakeInspections = field(default_factory=FakeInspections)

    def key(self, role: Role = Role.CAMERA, project: str = "plates", **scope: tuple[str, ...]) -> str:
        """The token of a new key."""
        _, token = wiring.issue_key()(role, project, **scope)
        return token

    def get(self, path: str, token: str | None = None) -> HTTPResponse:
        return self.http.get(path, headers={"Authorization": token} if token else {})

    def post(
        self, path: str, body: object, token: str | None = None, content_type: str = "application/json"
    ) -> HTTPResponse:
        """`body` is sent as JSON unless it is bytes."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": content_type} | ({"Authorization": token} if token else {})
        return self.http.post(path, headers=headers, body=sent)


@pytest.fixture(scope="session")
def signer() -> S3UploadSigner:
    client = boto3.client(
        "s3", region_name="eu-west-1", aws_access_key_id="id", aws_secret_access_key="secret", config=SIGNING
    )
    return S3UploadSigner(client, "bucket")


@pytest.fixture
def api(signer: S3UploadSigner, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    api = Api(Client(app).http)
    stands_in = {
        "settings": Settings.from_environment(ENVIRONMENT),
        "access_keys": api.keys,
        "inspections": api.inspections,
        "upload_signer": signer,
    }
    forget_wiring()
    for name, port in stands_in.items():
        monkeypatch.setattr(outside, name, lambda port=port: port)
    yield api
    monkeypatch.undo()
    forget_wiring()
