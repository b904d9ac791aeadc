"""The API as a client uses it: Chalice's local gateway in front of the app, fakes behind it."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from chalice.test import Client, HTTPResponse, TestHTTPClient

import app
from chalicelib.access.domain import Role
from chalicelib.access.people import Person
from chalicelib.administration.settings import StageSettings
from chalicelib.alerts.rules import Policy, StageAlerts
from chalicelib.composition import Linewatch
from chalicelib.shifts.ports import Hosting, HostingState
from chalicelib.uploads.ports import UploadSigner
from chalicelib.uploads.s3 import S3UploadSigner
from tests.support.deployment import a_linewatch, aws_clients
from tests.support.fake_access import FakeAccessKeys, FakeSealer
from tests.support.fake_alerts import FakeAlertLedger, FakeProjectRules
from tests.support.fake_daily import FakeReports
from tests.support.fake_hosting import FakeDepths
from tests.support.fake_inspections import FakeInspections
from tests.support.fake_lake import FakeAnswers, FakeLake, FakeQuestions
from tests.support.fake_people import FakePeople, FakeSessions, FakeSignInPage
from tests.support.fake_projects import FakeRegistry
from tests.support.fake_reviews import FakeStoredImages
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars, FakeHosting

STAGE_SETTINGS = StageSettings(
    stage="test",
    policy=Policy(0.2, {"plates/line-7": 0.35, "bolts/line-1": 0.5}),
    window_seconds=300,
    mailed=True,
    as_html=False,
    images_days=365,
    images_cold_days=0,
)

STAGE_ALERTS = StageAlerts(STAGE_SETTINGS.policy, timedelta(seconds=300), largest=0.5)


@dataclass
class Api:
    """Calls routes with a token; has the fakes behind them."""

    http: TestHTTPClient
    linewatch: Linewatch
    keys: FakeAccessKeys = field(default_factory=FakeAccessKeys)
    inspections: FakeInspections = field(default_factory=FakeInspections)
    images: FakeStoredImages = field(default_factory=FakeStoredImages)
    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    rules: FakeProjectRules = field(default_factory=FakeProjectRules)
    lake: FakeLake = field(default_factory=FakeLake)
    questions: FakeQuestions = field(default_factory=FakeQuestions)
    depths: FakeDepths = field(default_factory=FakeDepths)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    people: FakePeople = field(default_factory=FakePeople)
    sign_in_page: FakeSignInPage = field(default_factory=FakeSignInPage)

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
    linewatch = a_linewatch()
    api = Api(Client(app.app).http, linewatch)
    linewatch.access.keys = api.keys
    linewatch.access.sealer = FakeSealer()
    linewatch.access.sessions = api.sessions
    linewatch.people.people, linewatch.people.sign_in_page = api.people, api.sign_in_page
    linewatch.inspections.table = api.inspections
    linewatch.reviews.images = api.images
    linewatch.uploads.signer = signer
    linewatch.daily.reports = FakeReports()
    linewatch.projects.registry = FakeRegistry()
    linewatch.shifts.calendars, linewatch.shifts.files = FakeCalendars(), FakeCalendarFiles()
    linewatch.administration.settings = STAGE_SETTINGS
    linewatch.alerts.stage_rules, linewatch.alerts.rules = STAGE_ALERTS, api.rules
    linewatch.alerts.ledger, linewatch.lake.store = api.ledger, api.lake  # type: ignore[assignment]
    linewatch.lake.questions, linewatch.lake.answers = api.questions, FakeAnswers()
    linewatch.platform.queues = linewatch.hosting.ages = api.depths  # type: ignore[assignment]
    stopped = Hosting(state=HostingState.STOPPED, wish=None, version=1)
    linewatch.shifts.hosting = FakeHosting(linewatch.platform.clock, {"plates": stopped})
    return api


@pytest.fixture
def api(signer: S3UploadSigner, monkeypatch: pytest.MonkeyPatch) -> Api:
    api = an_api(signer)
    monkeypatch.setattr(app, "linewatch", api.linewatch)
    return api
