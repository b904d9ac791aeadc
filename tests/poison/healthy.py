"""Healthy work before, beside and after the poison, on its line and on another, and whether all of it was done."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode

from chalice.test import Client

import app
from chalicelib.access.domain import Role
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.projects.domain import ModelStatus
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.pipeline.trainings import create_version, unfinished
from tests.poison.evidence import Evidence, rows_by_file
from tests.poison.kind import DAY, LINE, PROJECT
from tests.poison.world import PoisonedWorld
from tests.support.builders import NOON

LINES = (LINE, "line-2")
CAMERA = "cam-healthy"


@cache
def _picture(*, damaged: bool) -> bytes:
    return png(101 if damaged else 100, damaged=damaged)


@dataclass(frozen=True)
class Healthy:
    """Images of good and damaged parts, by key, with the expected verdict of each."""

    world: PoisonedWorld
    expected: dict[str, Verdict] = field(default_factory=dict)

    def upload(self, when: str) -> None:
        """A good and a damaged part on each line."""
        for line in LINES:
            for verdict in (Verdict.NORMAL, Verdict.ANOMALOUS):
                key = f"images/{PROJECT}/{line}/{CAMERA}/{DAY}/{when}-{verdict}"
                self.world.upload(key, _picture(damaged=verdict is Verdict.ANOMALOUS))
                self.expected[key] = verdict

    def ask_for_training(self) -> None:
        """A version to train, and one whose message is lost."""
        create_version(self.world, "springs")
        self.world.lose_messages("training")
        create_version(self.world, "gears")

    def _untrained(self) -> Iterator[str]:
        """One is trained, once, and the other one has failed."""
        expected = {"gears": ModelStatus.TRAINED, "springs": ModelStatus.TRAINING_FAILED}
        yield from unfinished(self.world, expected, exactly=True)
        if self.world.trainer.trainings != 1:
            yield f"{self.world.trainer.trainings} trainings of one version"

    def stopped(self, evidence: Evidence) -> Iterator[str]:
        """Every way in which the poison stopped this work."""
        inspections = {inspection.key: inspection for inspection in evidence.inspections}
        rows = {row for _, ids in rows_by_file(self.world) for row in ids}
        done = {key: inspections[key] for key in self.expected if key in inspections}
        for key, verdict in self.expected.items():
            if key not in done or done[key].verdict is not verdict:
                yield f"{key} should be {verdict}, but is {done[key].verdict if key in done else 'not there'}"
            elif done[key].inspection_id not in rows:
                yield f"{key} has no row"
        yield from (f"healthy work is a {found.end}" for found in evidence.found if found.body and CAMERA in found.text)
        yield from self._unalerted(list(done.values()))
        yield from self._uncompacted()
        yield from self._untrained()
        for line in LINES:
            yield from self._unlisted(line, done)

    def _unalerted(self, inspections: list[Inspection]) -> Iterator[str]:
        """People got each alert by itself, or in a digest, which links to the first ten of its alerts only."""
        texts = [text for _, text in inside.notifications(self.world.settings.name("alerts"))]
        full = [text for text in texts if text.count("/inspections/") >= 10]
        for inspection in inspections:
            named = any(inspection.inspection_id in text for text in texts)
            counted = any(inspection.line in text for text in full) and self._counted(inspection)
            if inspection.verdict is Verdict.ANOMALOUS and not (named or counted):
                yield f"there was no alert about {inspection.key}"

    def _counted(self, inspection: Inspection) -> bool:
        claim = client("dynamodb").get_item(
            TableName=self.world.settings.name("alert-claims"), Key={"alert_id": {"S": event_of(inspection).event_id}}
        )
        return "Item" in claim

    def _uncompacted(self) -> Iterator[str]:
        """The day of the other line, which has no poison in its folder, is one file."""
        folder = f"lake/inspections/dt={DAY}/line={LINES[1]}/"
        files = [name for name, _ in rows_by_file(self.world) if name.startswith(folder)]
        if len(files) != 1:
            yield f"{folder} has {len(files)} files after the compaction"

    def _unlisted(self, line: str, done: dict[str, Inspection]) -> Iterator[str]:
        """The API lists the healthy images of the line."""
        _, token = app.linewatch.access.issue_key(Role.VIEWER, PROJECT)
        query = urlencode(
            {
                "line": line,
                "from": NOON.replace(hour=0).isoformat(),
                "to": NOON.replace(hour=23).isoformat(),
                "camera": CAMERA,
            }
        )
        answer = Client(app.app).http.get(f"/inspections?{query}", headers={"Authorization": token})
        if answer.status_code != 200:
            yield f"the API's listing of {line} answers {answer.status_code}"
        else:
            missing = [
                each for each in done.values() if each.line == line and each.inspection_id.encode() not in answer.body
            ]
            yield from (f"the API's listing of {line} lacks {each.key}" for each in missing)
