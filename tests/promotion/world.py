"""A line whose second version sees scratches, which the first one does not, on fakes."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.core.inspection import Inspection
from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import reviewed
from chalicelib.inspections.ports import StoredImage
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.promote import promote_by_policy, promote_model
from chalicelib.promotion.compare import Comparing, Progress, Wanted, begin_comparison, show_comparison
from chalicelib.promotion.domain import Comparison, Replay
from chalicelib.promotion.policy import Least, decide, set_policy
from chalicelib.promotion.promote import promote
from chalicelib.promotion.replay import Workbench, replay
from chalicelib.promotion.subjects import Archive
from chalicelib.reviews.domain import Review
from tests.projects.mortal import Death, Mortal
from tests.projects.world import ADMIN, OPERATOR, World, a_trainable_project
from tests.support.builders import NOON, an_inspection
from tests.support.fake_inspections import FakeImages, FakeInspections
from tests.support.fake_promotion import ByContent, FakeComparisons, FakeReplayQueue, FakeVersions
from tests.support.fake_reviews import FakeReviews
from tests.support.interleaving import Died

DENT, SCRATCH, GOOD = b"dent", b"scratch", b"good"


@dataclass
class Plant:
    """A project with version 1, which is hosted, and version 2; its images, inspections and reviews."""

    world: World
    images: FakeImages = field(default_factory=FakeImages)
    table: FakeInspections = field(default_factory=FakeInspections)
    reviews: FakeReviews = field(default_factory=FakeReviews)
    files: FakeComparisons = field(default_factory=FakeComparisons)
    queue: FakeReplayQueue = field(default_factory=FakeReplayQueue)
    models: FakeVersions = field(
        default_factory=lambda: FakeVersions(
            {"1": ByContent(words=(DENT,)), "2": ByContent(words=(DENT, SCRATCH)), "3": ByContent(words=(GOOD,))}
        )
    )

    def inspect(self, name: str, content: bytes, *, version: str = "1", days_ago: float = 0) -> Inspection:
        """An image that the line has inspected with this version."""
        verdict = Verdict.ANOMALOUS if self.models.versions[version].words[0] in content else Verdict.NORMAL
        at = NOON - timedelta(days=days_ago)
        found = an_inspection(name, verdict=verdict, model_version=version, captured_at=at, line="line-1")
        self.images.stored[found.key, found.etag] = StoredImage(content, "image/jpeg", {})
        self.table.commit(found)
        return found

    def review(self, inspection: Inspection, label: Label, *, hours: float = 0) -> None:
        self.reviews.stored = [each for each in self.reviews.stored if each.key != inspection.key]
        at = NOON + timedelta(hours=hours)
        answered = reviewed(inspection, label, kind=None, comment=None, by="r1", at=at)
        self.reviews.stored.append(Review.of(answered))

    @property
    def comparing(self) -> Comparing:
        return Comparing(
            registry=self.world.registry,
            comparisons=self.files,
            queue=self.queue,
            archive=Archive(self.table, self.reviews),
            clock=self.world.clock,
        )

    @property
    def workbench(self) -> Workbench:
        return self._workbench(self.world, self.comparing, self.images)

    def _workbench(self, world: World, comparing: Comparing, images: Any) -> Workbench:
        by_policy = partial(promote_by_policy, registry=world.registry, waker=world.waker, clock=world.clock)
        return Workbench(
            comparing=comparing,
            images=images,
            models=self.models,
            entries=world.entries,
            decide=partial(
                decide,
                comparisons=comparing.comparisons,
                registry=comparing.registry,
                promote_by_policy=by_policy,
                clock=world.clock,
            ),
        )

    def set_policy(self, **least: int) -> None:
        set_policy("plates", Least(**least), ADMIN, registry=self.world.registry, clock=self.world.clock)

    def begin(self, version: str = "2", **wanted: Any) -> Comparison:
        return begin_comparison("plates", Wanted(version=version, **wanted), OPERATOR, comparing=self.comparing)

    def show(self, comparison: Comparison) -> Progress:
        return show_comparison("plates", comparison.comparison_id, OPERATOR, comparing=self.comparing)

    def work(self, death: Death | None = None) -> bool:
        """Do what the first message asks for; it stays in the queue if the worker died. Whether it did."""
        order = self.queue.waiting[0]
        assert isinstance(order, Replay)
        bench = self.workbench if death is None else self._mortal(death)
        try:
            replay(order, workbench=bench)
        except Died:
            return True
        self.queue.waiting.remove(order)
        return False

    def work_all(self) -> None:
        while self.queue.waiting:
            self.work()

    def compared(self, version: str = "2", **wanted: Any) -> Progress:
        """A comparison that has come to its end."""
        comparison = self.begin(version, **wanted)
        self.work_all()
        return self.show(comparison)

    def promote(self, version: str = "2", *, unseen: bool = False) -> ModelVersion:
        def switch(*arguments: Any, **options: Any) -> ModelVersion:
            world = self.world
            return promote_model(*arguments, **options, registry=world.registry, waker=world.waker, clock=world.clock)

        return promote("plates", version, OPERATOR, unseen=unseen, comparisons=self.files, promote_model=switch)

    def _mortal(self, death: Death) -> Workbench:
        files: Any = Mortal(self.files, death)
        registry: Any = Mortal(self.world.registry, death)
        queue: Any = Mortal(self.queue, death)
        images: Any = Mortal(self.images, death)
        comparing = Comparing(
            registry=registry,
            comparisons=files,
            queue=queue,
            archive=Archive(self.table, self.reviews),
            clock=self.world.clock,
        )
        return self._workbench(replace(self.world, registry=registry), comparing, images)


def a_plant(versions: int = 2) -> Plant:
    """Version 1 is hosted, the others are trained."""
    world = a_trainable_project()
    for _ in range(versions):
        world.import_model()
    world.start_model("1")
    world.clock.pass_by(60)
    return Plant(world)
