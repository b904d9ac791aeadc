"""The old client in front of the app, with a registry in memory behind it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

import app
from chalicelib.access.domain import Role, parse_token
from chalicelib.composition import Linewatch
from chalicelib.lookout.operations import ROUTES
from tests.lookout.contract import require_contract
from tests.lookout.memory import MemoryEntries, MemoryModels, in_memory
from tests.support.deployment import a_linewatch
from tests.support.fake_access import FakeAccessKeys, FakeSealer
from tests.support.fake_alerts import FakeProjectRules
from tests.support.fake_lookout import FakeDetector
from tests.support.fake_shifts import FakeCalendars
from tests.support.gateway import Answer, Gateway
from tests.support.old_client import ADDRESS, old_client


@dataclass
class Lookout:
    """Clients of the API by the role of their key."""

    linewatch: Linewatch
    gateway: Gateway
    detector: FakeDetector
    models: MemoryModels
    entries: MemoryEntries

    def client(
        self, role: Role = Role.ADMIN, project: str = "plates", secret: str | None = None, stage: str = "v1"
    ) -> Any:
        """A client of boto that signs with a new key."""
        _, token = self.linewatch.access.issue_key(role, project)
        key_id, right = parse_token(token) or ("", "")
        return self.client_of(key_id, secret or right, stage)

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes = "",
        *,
        role: Role = Role.ADMIN,
        project: str = "plates",
        authorization: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request without the client, with the token of a new key unless the header is given."""
        if authorization is None:
            _, authorization = self.linewatch.access.issue_key(role, project)
        content_type = "image/jpeg" if isinstance(body, bytes) else "application/json"
        sent = {"Authorization": authorization, "Content-Type": content_type, **(headers or {})}
        url = ADDRESS.format(stage="v1") + path
        request = AWSPreparedRequest(method, url, HTTPHeaders.from_dict(sent), body, stream_output=False)
        template, _ = self.gateway.route(method, path.partition("?")[0])
        [operation] = [name for name, route in ROUTES.items() if (route.method, route.path) == (method, template)]
        answer = self.gateway.send(request, f"before-send.lookoutvision.{operation}")
        return Answer(operation, answer.status_code, json.loads(answer.content))

    def client_of(self, key_id: str, secret: str, stage: str = "v1") -> Any:
        """A client that signs with this key."""
        return old_client(self.gateway, key_id, secret, stage)


@pytest.fixture
def lookout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lookout]:
    """Whatever it answers in a test has the form of the contract."""
    linewatch = a_linewatch()
    linewatch.access.keys, linewatch.access.sealer = FakeAccessKeys(), FakeSealer()
    linewatch.lookout.detector = detector = FakeDetector()
    monkeypatch.setattr(app, "linewatch", linewatch)
    linewatch.alerts.rules, linewatch.shifts.calendars = FakeProjectRules(), FakeCalendars()
    served = Lookout(linewatch, Gateway(app.app), detector, *in_memory(linewatch))
    yield served
    for answer in served.gateway.answers:
        require_contract(answer)
