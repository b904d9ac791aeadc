"""A line whose version 1 is hosted; version 2, which sees scratches, may run in the shadow. On fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.access.domain import Grant
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.inspection import Inspection
from chalicelib.projects.shadow import Shadow
from chalicelib.promotion.subjects import Archive
from chalicelib.shadow.judge import JudgedBatch, Judging
from chalicelib.shadow.run import NewShadow, Shadowing, ShadowProgress, show_shadow, start_shadow, stop_shadow
from tests.projects.mortal import Death, Mortal
from tests.projects.world import ADMIN
from tests.promotion.world import Plant, a_plant
from tests.support.fake_shadow import FakeShadowRules, FakeShadowVerdicts
from tests.support.interleaving import Died


@dataclass
class Line:
    """The plant, what its shadow runs judged, and the rows that they sent to the lake."""

    plant: Plant = field(default_factory=a_plant)
    verdicts: FakeShadowVerdicts = field(default_factory=FakeShadowVerdicts)
    rules: FakeShadowRules = field(default_factory=FakeShadowRules)
    rows: list[AnyInspectionEvent] = field(default_factory=list)

    @property
    def shadowing(self) -> Shadowing:
        return self._shadowing(lambda port: port)

    def _shadowing(self, mortal: Callable[[Any], Any]) -> Shadowing:
        return Shadowing(
            registry=mortal(self.plant.world.registry),
            verdicts=mortal(self.verdicts),
            rules=mortal(self.rules),
            archive=Archive(self.plant.table, self.plant.reviews),
            clock=self.plant.world.clock,
        )

    def start(self, version: str = "2", grant: Grant = ADMIN, **size: int) -> Shadow:
        return start_shadow("plates", NewShadow(version=version, **size), grant, shadowing=self.shadowing)

    def stop(self) -> Shadow:
        return stop_shadow("plates", ADMIN, shadowing=self.shadowing)

    def show(self) -> ShadowProgress:
        return show_shadow("plates", ADMIN, shadowing=self.shadowing)

    @property
    def shadow(self) -> Shadow:
        shadow = self.plant.world.record.existing().shadow
        assert shadow is not None
        return shadow

    def judge(self, *inspections: Inspection, death: Death | None = None) -> bool:
        """Judge a batch; whether the worker died."""
        try:
            batch = self._batch(death)
            for each in inspections:
                batch.judge(each)
        except Died:
            return True
        return False

    def _batch(self, death: Death | None) -> JudgedBatch:
        def mortal(port: Any) -> Any:
            return port if death is None else Mortal(port, death)

        archive: Any = mortal(self)
        shadowing = self._shadowing(mortal)
        images, models = mortal(self.plant.images), self.plant.models
        return JudgedBatch(Judging(shadowing=shadowing, images=images, models=models, archive=archive.send))

    def send(self, event: AnyInspectionEvent) -> None:
        self.rows.append(event)
