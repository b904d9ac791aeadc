"""The API as a client uses it: Chalice's local gateway in front of the app, fakes behind it."""

import json
from dataclasses import dataclass

import pytest
from chalice.test import Client, HTTPResponse, TestHTTPClient

import app
from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.shifts.ports import Hosting, HostingState
from chalicelib.uploads.ports import UploadSigner
from chalicelib.uploads.s3 import S3UploadSigner
from tests.support.deployment import aws_clients
from tests.support.fake_api import FakeApi
from tests.support.fake_lake import FakeAnswers
from tests.support.fake_projects import FakeRegistry
from tests.support.fake_shifts import FakeHosting


@dataclass(kw_only=True)
class Api(FakeApi):
    """Calls routes with a token."""

    http: TestHTTPClient

    def key(self, role: Role = Role.CAMERA, project: str = "plates", **scope: tuple[str, ...]) -> str:
        """The token of a new key."""
        _, token = self.linewatch.access.issue_key(role, project, **scope)
        return token

    def session(self, role: Role = Role.VIEWER, *projects: str, name: str = "ada@example.com") -> str:
        """The token of a new session of a person."""
        person = Person(name, role, projects or ("plates",))
        return self.linewatch.access.desk.begin_for(person)[1]

    def get(self, path: str, token: str | None = None) -> HTTPResponse:
        return self.http.get(path, headers={"Authorization": token} if token else {})

    def post(
        self, path: str, body: object, token: str | None = None, content_type: str = "application/json"
    ) -> HTTPResponse:
        """`body` is sent as JSON unless it is bytes."""
        return self.send("POST", path, body, token, content_type)

    def send(
        self, method: str, path: str, body: object, token: str | None = None, content_type: str = "application/json"
    ) -> HTTPResponse:
        """The same with another method."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": content_type} | ({"Authorization": token} if token else {})
        return self.http.request(method, path, headers=headers, body=sent)


@pytest.fixture(scope="session")
def signer() -> S3UploadSigner:
    return S3UploadSigner(aws_clients().s3_signer, "bucket")


def an_api(signer: UploadSigner) -> Api:
    """The API on fakes, which serves once `app.linewatch` is its deployment."""
    api = Api(http=Client(app.app).http)
    linewatch = api.linewatch
    linewatch.uploads.signer = signer
    linewatch.projects.registry = FakeRegistry()
    linewatch.lake.answers = FakeAnswers()
    stopped = Hosting(state=HostingState.STOPPED, wish=None, version=1)
    linewatch.shifts.hosting = FakeHosting(linewatch.platform.clock, {"plates": stopped})
    return api


@pytest.fixture
def api(signer: S3UploadSigner, monkeypatch: pytest.MonkeyPatch) -> Api:
    api = an_api(signer)
    monkeypatch.setattr(app, "linewatch", api.linewatch)
    return api
