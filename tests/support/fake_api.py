"""What stands behind the API, in memory: shared by the tests of the API and those of the page."""

from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.administration.settings import StageSettings
from chalicelib.alerts.rules import Policy, StageAlerts
from chalicelib.composition import Linewatch
from tests.support.deployment import a_linewatch
from tests.support.fake_access import FakeAccessKeys, FakeSealer
from tests.support.fake_alerts import FakeAlertLedger, FakeProjectRules
from tests.support.fake_daily import FakeReports
from tests.support.fake_hosting import FakeDepths
from tests.support.fake_inspections import FakeInspections, FakePictures
from tests.support.fake_lake import FakeLake, FakeQuestions
from tests.support.fake_people import FakePeople, FakeSessions, FakeSignInPage
from tests.support.fake_promotion import FakeComparisons
from tests.support.fake_reviews import FakeStoredImages
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars

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


@dataclass(kw_only=True)
class FakeApi:
    """A deployment on fakes, and the fakes."""

    linewatch: Linewatch = field(default_factory=a_linewatch)
    keys: FakeAccessKeys = field(default_factory=FakeAccessKeys)
    inspections: FakeInspections = field(default_factory=FakeInspections)
    pictures: FakePictures = field(default_factory=FakePictures)
    images: FakeStoredImages = field(default_factory=FakeStoredImages)
    reports: FakeReports = field(default_factory=FakeReports)
    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    rules: FakeProjectRules = field(default_factory=FakeProjectRules)
    lake: FakeLake = field(default_factory=FakeLake)
    questions: FakeQuestions = field(default_factory=FakeQuestions)
    depths: FakeDepths = field(default_factory=FakeDepths)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    people: FakePeople = field(default_factory=FakePeople)
    sign_in_page: FakeSignInPage = field(default_factory=FakeSignInPage)

    def __post_init__(self) -> None:
        linewatch = self.linewatch
        linewatch.access.keys, linewatch.access.sealer = self.keys, FakeSealer()
        linewatch.access.sessions = self.sessions
        linewatch.people.people, linewatch.people.sign_in_page = self.people, self.sign_in_page
        linewatch.inspections.table, linewatch.platform.pictures = self.inspections, self.pictures
        linewatch.reviews.images = self.images
        linewatch.daily.reports = self.reports
        linewatch.administration.settings = STAGE_SETTINGS
        linewatch.alerts.stage_rules, linewatch.alerts.rules = STAGE_ALERTS, self.rules
        linewatch.alerts.ledger, linewatch.lake.store = self.ledger, self.lake  # type: ignore[assignment]
        linewatch.lake.questions = self.questions
        linewatch.platform.queues = linewatch.hosting.ages = self.depths  # type: ignore[assignment]
        linewatch.shifts.calendars, linewatch.shifts.files = FakeCalendars(), FakeCalendarFiles()
        linewatch.promotion.comparisons = FakeComparisons()
