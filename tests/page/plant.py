"""A plant to look at: two lines, the images of some minutes, a project with three versions and a shift calendar."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from chalicelib.access.domain import Grant, Role
from chalicelib.access.people import Person
from chalicelib.core.inspection import Inspection, Verdict, confidence_of
from chalicelib.daily.domain import DAYS_BEFORE, PAGE, DayReport, PrintedReport, VerdictCounts
from chalicelib.daily.files import files_of
from chalicelib.models.detect import DetectedMask, DetectedVerdict, Detection
from chalicelib.projects.domain import Evaluation, Location, ModelStatus, ModelVersion, Project
from chalicelib.projects.in_use import InUse
from chalicelib.projects.record import ProjectRecord
from chalicelib.reviews.review import NewAnswer
from chalicelib.shifts.ports import Hosting, HostingState
from tests.lookout.memory import in_memory
from tests.page.pictures import Drawn, drawn
from tests.page.servers import Bucket
from tests.shifts.calendars import BERLIN, content_of, event
from tests.support.builders import an_inspection
from tests.support.fake_api import FakeApi
from tests.support.fake_lookout import FakeDetector
from tests.support.fake_projects import FakeOutputFiles
from tests.support.fake_promotion import FakeComparisons, FakeReplayQueue
from tests.support.fake_shifts import FakeHosting

PROJECT = "plates"
LINE = "line-1"
REPORT = b"<!doctype html><html lang=en><title>Report</title><h1>Training report</h1><p>Finds 98 % of defects."
SECONDS_APART = 3


@cache
def image_of(index: int, *, anomalous: bool) -> Drawn:
    return drawn(index, anomalous=anomalous)


@dataclass(kw_only=True)
class Plant(FakeApi):
    """What stands behind the page."""

    bucket: Bucket
    detector: FakeDetector = field(default_factory=FakeDetector)
    comparisons: FakeComparisons = field(default_factory=FakeComparisons)
    outputs: FakeOutputFiles = field(default_factory=FakeOutputFiles)

    def __post_init__(self) -> None:
        super().__post_init__()
        linewatch = self.linewatch
        linewatch.platform.links = self.bucket  # type: ignore[assignment]
        linewatch.lookout.detector = self.detector
        linewatch.promotion.comparisons, linewatch.promotion.queue = self.comparisons, FakeReplayQueue()
        linewatch.lake.answers = self.bucket
        self.models, _ = in_memory(linewatch)
        linewatch.projects.outputs = self.outputs
        hosted = Hosting(state=HostingState.HOSTED, wish=None, version=3)
        linewatch.shifts.hosting = FakeHosting(linewatch.platform.clock, {PROJECT: hosted})

    @property
    def operator(self) -> Grant:
        """A person who works beside the one at the browser."""
        return Grant("anna", Role.OPERATOR, PROJECT)

    def key(self, role: Role = Role.ADMIN, project: str = PROJECT, lifetime: timedelta | None = None) -> str:
        return self.linewatch.access.issue_key(role, project, lifetime=lifetime)[1]

    def link(
        self, role: Role = Role.ADMIN, name: str = "ada@example.com", projects: tuple[str, ...] = (PROJECT,)
    ) -> str:
        """What stands behind the # of a sign-in link."""
        return f"link={self.linewatch.access.desk.new_link(Person(name, role, projects))}"

    def inspect(
        self,
        name: str,
        verdict: Verdict = Verdict.NORMAL,
        *,
        line: str = LINE,
        camera: str = "cam-1",
        probability: float = 0.03,
        at: datetime | None = None,
        **changes: object,
    ) -> Inspection:
        """An image with its inspection. Its picture fits the verdict."""
        number, when = len(self.inspections.items), at or datetime.now(UTC)
        picture = image_of(number % 6, anomalous=verdict is Verdict.ANOMALOUS)
        key = f"images/{PROJECT}/{line}/{camera}/2026-03-14/{name}"
        self.bucket.objects[key] = ("image/jpeg", picture.content)
        self.pictures.contents[key] = picture.content
        given = {
            "inspection_id": f"{number:032x}",
            "line": line,
            "camera": camera,
            "key": key,
            "verdict": verdict,
            "captured_at": when,
            "uploaded_at": when,
            "inspected_at": when + timedelta(seconds=1),
            "queue_ms": 800.0,
            "size_bytes": len(picture.content),
        }
        found = an_inspection(name, **given | _said(verdict, picture, probability) | changes)
        self.inspections.commit(found)
        return found

    def morning(self, images: int = 60) -> None:
        """Images every three seconds of three cameras, some of them bad."""
        now = datetime.now(UTC)
        for number in range(images):
            at = now - timedelta(seconds=SECONDS_APART * (images - number))
            camera = f"cam-{number % 3 + 1}"
            verdict, probability = _BAD.get(number % 20, (Verdict.NORMAL, 0.01 + (number % 7) / 100))
            reason = _REASONS.get(verdict)
            self.inspect(f"part-{4700 + number}", verdict, camera=camera, probability=probability, at=at, reason=reason)
        for number in range(3):
            self.inspect(f"lid-{number}", line="packing-2", at=now - timedelta(minutes=number))

    def versions(self) -> None:
        """Three versions, of which the newest is hosted; the report of the newest two."""
        now = datetime.now(UTC)
        models = {}
        for version, (status, recall, precision) in enumerate(_VERSIONS, start=1):
            at = now - timedelta(days=30 - 9 * version)
            result = Location(bucket="bucket", key=f"out/EvaluationResult-{version}.json")
            evaluation = Evaluation(precision=precision, recall=recall, f1=0.9, ended_at=at, result=result)
            models[version] = ModelVersion(
                project=PROJECT,
                version=version,
                status=status,
                created_at=at,
                changed_at=at,
                output=Location(bucket="bucket", key="out/"),
                evaluation=evaluation,
                started_at=at if status is ModelStatus.HOSTED else None,
                min_inference_units=2 if status is ModelStatus.HOSTED else None,
            )
            self.models.put(PROJECT, version, b"a model")
            self.bucket.objects[f"out/TrainingReport-{PROJECT}-{version}.html"] = ("text/html", REPORT)
        in_use = InUse(version=len(models), since=now - timedelta(days=1))
        project = Project(name=PROJECT, created_at=now, in_use=in_use)
        record = ProjectRecord(name=PROJECT, last_version=len(models), project=project, models=models)
        before = self.linewatch.projects.registry.find(PROJECT)
        self.linewatch.projects.registry.commit(before, record, None, at=now)

    def daily_reports(self, days: int = 3) -> None:
        """Printed reports of the last days."""
        nothing = (VerdictCounts(),) * DAYS_BEFORE
        for ago in range(1, days + 1):
            day = (datetime.now(UTC) - timedelta(days=ago)).date()
            report = DayReport(
                day=day,
                zone="Europe/Berlin",
                project=PROJECT,
                total=VerdictCounts(normal=980 - ago, anomalous=14 + ago),
                before=nothing,
                sections=(),
                reasons=(),
                defects=(),
                silences=(),
            )
            printed = PrintedReport(1, (), report)
            self.reports.write(printed, files_of(printed, {}))
            for name, content in files_of(printed, {}).items():
                kind = "text/html; charset=utf-8" if name == PAGE else "application/octet-stream"
                self.bucket.objects[f"reports/{PROJECT}/{day}/{name}"] = (kind, content)

    def the_day_before(self, looked_at: int = 6) -> None:
        """Passed parts of a day before; two people have looked at some of the random sample, and found a defect."""
        noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
        for number in range(12):
            self.inspect(f"part-{3700 + number}", at=noon + timedelta(minutes=number))
        _, drawn = self.linewatch.reviews.sampling.drawn(PROJECT, noon - timedelta(days=1), noon + timedelta(minutes=1))
        for number, each in enumerate([part for day in drawn for part in day.parts][:looked_at]):
            self.answer(each, "anomalous" if number == 3 else "normal", by=f"{'anna' if number % 2 else 'ben'}-quality")

    def answer(self, inspection_id: str, verdict: str, by: str, **said: object) -> None:
        """What a person says of an image as it is now."""
        now = self.inspections.items[inspection_id, "live"]
        kind = {"kind": "scratch"} if verdict == "anomalous" else {}
        answer = NewAnswer.model_validate({"verdict": verdict, "revision": now.revision} | kind | said)
        self.linewatch.reviews.review_inspection(inspection_id, answer, Grant(by, Role.OPERATOR, PROJECT))

    def calendar(self) -> None:
        """Two shifts on working days."""
        early = event(":20260302T060000", ":20260302T140000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", title="Early")
        late = event(":20260302T140000", ":20260302T213000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", title="Late")
        self.linewatch.shifts.set_calendar(PROJECT, content_of(BERLIN, *early, *late), self.operator, grace=None)

    def detects(self) -> Drawn:
        """The image that somebody drops; the detector finds its defect."""
        picture = image_of(2, anomalous=True)
        mask = DetectedMask(picture.mask, picture.area)
        self.detector.detection = Detection(DetectedVerdict(anomalous=True, confidence=0.94, mask=mask))
        return picture


def _said(verdict: Verdict, picture: Drawn, probability: float) -> dict[str, object]:
    """What a model says of a picture, if one did."""
    if verdict not in {Verdict.NORMAL, Verdict.ANOMALOUS, Verdict.UNFAMILIAR}:
        unknown = ("width", "height", "anomaly_probability", "confidence", "anomaly_score", "model_version")
        return dict.fromkeys(unknown)
    return {
        "width": picture.width,
        "height": picture.height,
        "boxes": picture.boxes,
        "area_fraction": picture.area,
        "anomaly_map": picture.anomaly_map.to_text(),
        "anomaly_probability": probability,
        "confidence": None if verdict is Verdict.UNFAMILIAR else confidence_of(probability),
        "model_version": "3",
    }


_BAD = {
    7: (Verdict.ANOMALOUS, 0.965),
    12: (Verdict.UNFAMILIAR, 0.5),
    16: (Verdict.ANOMALOUS, 0.62),
    18: (Verdict.REJECTED, 0.0),
    19: (Verdict.ANOMALOUS, 0.985),
}
_REASONS = {
    Verdict.UNFAMILIAR: "the image is much darker than those that the model was trained on",
    Verdict.REJECTED: "the file ends before the image does",
}
_VERSIONS = [
    (ModelStatus.TRAINED, 0.91, 0.88),
    (ModelStatus.TRAINED, 0.955, 0.94),
    (ModelStatus.HOSTED, 0.982, 0.971),
]
