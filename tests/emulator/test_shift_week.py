"""A week of shifts in minutes on the deployed stack: the clock is an argument of who decides and follows.

One project works in shifts, the other one is stopped and flooded. The functions that inspect have the real clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.domain import Role
from chalicelib.composition import Linewatch
from chalicelib.core.inspection import Verdict
from chalicelib.hosting.handlers import follow_hosting
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from chalicelib.shifts.handlers import follow_calendars
from chalicelib.shifts.plan import Plan, plan_between
from linewatch.operate.operator import operator_grant
from tests.conftest import MakeKey
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, Sent, until
from tests.shifts.calendars import BERLIN, TWO_SHIFTS, calendar_of, content_of
from tests.support.builders import FakeClock
from tests.support.fake_projects import FakeWaker

pytestmark = pytest.mark.emulator

WORKING, FLOODED = "rods-in-shifts", "caps-flooded"
LINE = "line-shifts"
FLOOD = 20
BEGIN = datetime(2026, 3, 15, 6, 0, tzinfo=UTC)
STEPS, STEP = 28, timedelta(hours=6)
"""At 1:00, 7:00, 13:00 and 19:00 in Berlin, from Sunday on."""


@dataclass
class Week:
    """The clock, and what runs each minute, with that clock. `waiting` are images that nobody has judged yet."""

    plant: Plant
    clock: FakeClock = field(default_factory=lambda: FakeClock(BEGIN - STEP))
    waiting: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        composed = self.plant.stack.linewatch().platform
        composed.clock = self.clock
        self.linewatch = Linewatch(composed)
        self.linewatch.projects.waker = FakeWaker()

    def create(self, project: str, model_file: bytes) -> None:
        grant = operator_grant(project)
        self.linewatch.projects.create_project(project, grant)
        self.linewatch.projects.import_model(project, ModelFile(content=model_file), grant)

    def start(self, project: str) -> None:
        start = Start(version="1", min_inference_units=1)
        self.linewatch.projects.start_model(project, start, operator_grant(project))

    def minute(self) -> None:
        """Decide, and follow until nothing changes any more."""
        follow_calendars(self.linewatch.shifts)
        until(self._followed, "the followed hosting")

    def _followed(self) -> bool | None:
        follow_hosting({}, self.linewatch.hosting)
        return not any(self.status(each) in _CHANGING for each in (WORKING, FLOODED)) or None

    def status(self, project: str) -> ModelStatus:
        return self.linewatch.projects.describe_model(project, "1", operator_grant(project)).status

    def judged(self) -> list[bool]:
        return [self.plant.find(each.inspection_id) is not None for each in self.waiting]

    def in_queue(self, project: str) -> int:
        name = self.linewatch.platform.settings.project_queue(project)
        return self.plant.queues().get(name.removeprefix(f"linewatch-{self.plant.stack.stage}-"), 0)


_CHANGING = (ModelStatus.STARTING_HOSTING, ModelStatus.STOPPING_HOSTING)


@pytest.fixture
def week(plant: Plant, make_key: MakeKey) -> Iterator[Week]:
    """Two projects with the model of the plant; a person has started that which works once."""
    file = plant.stack.client("s3").get_object(Bucket=plant.stack.bucket, Key=f"models/{PROJECT}/1.safetensors")
    model_file = file["Body"].read()
    with plant.asleep("follow_calendars", "follow_hosting"):
        week = Week(replace(plant, token=make_key(Role.CAMERA, WORKING)))
        for project in (WORKING, FLOODED):
            week.create(project, model_file)
        week.start(WORKING)
        week.minute()
        content = content_of(BERLIN, *TWO_SHIFTS)
        plant.stack.client("s3").put_object(Bucket=plant.stack.bucket, Key=f"calendars/{WORKING}.ics", Body=content)
        week.clock.pass_by(60)
        week.minute()
        yield week


def test_a_week_of_shifts_judges_each_image_once_and_a_flooded_project_waits(
    week: Week, make_key: MakeKey, say: Say
) -> None:
    plan = plan_between(calendar_of(*TWO_SHIFTS), BEGIN - STEP * STEPS, BEGIN + 2 * STEP * STEPS)
    other = replace(week.plant, token=make_key(Role.CAMERA, FLOODED))
    sent: list[Sent] = []
    flood = other.send([a_photograph() for _ in range(FLOOD)], LINE)
    for step in range(STEPS):
        week.clock.now = BEGIN + step * STEP
        week.minute()
        [image] = week.plant.send([a_photograph()], LINE)
        sent.append(image)
        week.waiting.append(image)
        look_at(week, plan)
    assert week.in_queue(FLOODED) == FLOOD
    assert [other.find(each.inspection_id) for each in flood] == [None] * FLOOD
    week.start(FLOODED)
    week.minute()
    until(lambda: week.in_queue(FLOODED) == 0 or None, "the flood")
    late = len(week.waiting)
    if late:
        week.start(WORKING)
        week.minute()
        until(lambda: all(week.judged()) or None, "the images after the last shift")
    judge(week.plant, sent)
    judge(other, flood)
    say(
        f"{len(sent)} images of a week: {len(sent) - late} judged in a shift or at its start, {late} at a start by hand"
    )


def look_at(week: Week, plan: Plan) -> None:
    """In a shift everything is judged that has come so far. Else it waits in the project's queue."""
    if plan.works_at(week.clock.now):
        assert week.status(WORKING) is ModelStatus.HOSTED
        until(lambda: all(week.judged()) or None, f"the verdicts at {week.clock.now}")
        week.waiting.clear()
    else:
        assert week.status(WORKING) is ModelStatus.TRAINED
        until(lambda: week.in_queue(WORKING) == len(week.waiting) or None, f"the waiting images at {week.clock.now}")
        assert not any(week.judged())


def judge(plant: Plant, images: Sequence[Sent]) -> None:
    """Each has its one verdict."""
    for each in images:
        found = plant.find(each.inspection_id)
        assert found is not None
        assert (found.verdict, found.revision, found.model_version) == (Verdict.NORMAL, 1, "1")
