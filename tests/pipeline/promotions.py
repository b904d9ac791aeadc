"""A version that is compared, promoted and rolled back, and one that is made of a review."""

from collections.abc import Callable, Iterator
from typing import Any

import app
from chalicelib.access.domain import Grant, Role
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import reviewed
from chalicelib.inspections.items import to_item
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.errors import Conflict
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from chalicelib.promotion.compare import Progress, Wanted
from tests.pipeline import hosting
from tests.pipeline.account import client
from tests.pipeline.model_service import HANDLER
from tests.pipeline.photographs import artifact, png
from tests.pipeline.trainings import create_version
from tests.pipeline.wire import Killed
from tests.pipeline.world import World
from tests.support.builders import NOON, an_inspection

PROJECT = "tubes"
LINE = f"images/{PROJECT}/line-1/cam-1/2026-03-14"
ADMIN = Grant("a1", Role.ADMIN, PROJECT)
FIRST, SECOND, RETRAINED = "1", "2", "3"
_MOST_TRIES = 5


def promote_and_roll_back(world: World) -> None:
    """A line with a hosted version; another one takes its place, and leaves it again."""
    app.linewatch.projects.create_project(PROJECT, ADMIN)
    import_and_start(world, FIRST)
    app.linewatch.projects.import_model(PROJECT, ModelFile(content=artifact()), ADMIN)
    world.projects_are_read = True
    world.upload(f"{LINE}/before", png(100))
    world.settle()
    world.pass_by(1)
    asked(world, lambda: app.linewatch.promotion.begin_comparison(PROJECT, Wanted(version=SECOND), ADMIN))
    world.start_cold()
    world.settle()
    asked(world, lambda: app.linewatch.promotion.promote(PROJECT, SECOND, ADMIN))
    hosting.follow(world)
    world.upload(f"{LINE}/after", png(101))
    world.settle()
    world.pass_by(1)
    asked(world, lambda: app.linewatch.promotion.roll_back(PROJECT, ADMIN))
    hosting.follow(world)


def retrain(world: World) -> None:
    """A person corrected a verdict, and the next version learns it. The world's trainer makes no model that loads."""
    create_version(world, PROJECT)
    world.settle()
    import_and_start(world, SECOND)
    found = an_inspection("reviewed", project=PROJECT, key=f"{LINE}/reviewed", bucket=world.settings.bucket)
    corrected = reviewed(found, Label.ANOMALOUS, kind=None, comment=None, by="r1", at=NOON)
    client("dynamodb").put_item(TableName=world.settings.name("inspections"), Item=to_item(corrected))
    asked(world, lambda: app.linewatch.promotion.retrain(PROJECT, ADMIN))
    world.settle()
    world.run_hourly("fail_overdue_trainings")


def import_and_start(world: World, version: str) -> None:
    """Import a model as this version, and host it."""
    hosting.make_function(world.settings.name("inspect_images"))
    projects = app.linewatch.projects
    projects.import_model(PROJECT, ModelFile(content=artifact()), ADMIN)
    projects.start_model(PROJECT, Start(version=version, min_inference_units=1), ADMIN)
    hosting.follow(world)


def asked(world: World, call: Callable[[], Any]) -> None:
    """What the API does for a client, who repeats a request that failed."""
    for _ in range(_MOST_TRIES):
        try:
            with world.wire.watching(HANDLER):
                call()
        except Killed as death:
            world.start_cold()
            world.failures.append((HANDLER, death))
        except Conflict:
            return
        except Exception as error:  # noqa: BLE001 - as a client, which repeats it
            world.failures.append((HANDLER, error))
        else:
            return
    raise AssertionError(f"a call failed {_MOST_TRIES} times: {world.failures}")


def unswitched(_world: World) -> Iterator[str]:
    """What is missing of the comparison, the promotion and the roll back."""
    record = app.linewatch.projects.registry.find(PROJECT)
    statuses = {number: record.models[int(number)].status for number in (FIRST, SECOND)}
    if statuses != {FIRST: ModelStatus.HOSTED, SECOND: ModelStatus.TRAINED}:
        yield f"the versions are {statuses}"
    if record.models[int(SECOND)].before != int(FIRST):
        yield f"version {SECOND} was not promoted"
    figures = [each.outcome.figures for each in _comparisons() if each.outcome is not None and each.outcome.figures]
    if [each.images for each in figures] != [1]:
        yield f"the comparisons counted {figures}"


def unlearned(_world: World) -> Iterator[str]:
    """What is missing of the version that is made of a review: its training, or why it is not proposed."""
    retrained = app.linewatch.projects.registry.find(PROJECT).models.get(int(RETRAINED))
    if retrained is None:
        yield "no version was made of the review"
    elif retrained.status is ModelStatus.TRAINED:
        found = [each for each in _comparisons() if each.comparison.candidate == int(RETRAINED)]
        if [each.outcome is not None and bool(each.outcome.failure) for each in found] != [True]:
            yield f"version {RETRAINED} has the comparisons {found}"
    elif retrained.status is not ModelStatus.TRAINING_FAILED:
        yield f"version {RETRAINED} is {retrained.status}"


def _comparisons() -> list[Progress]:
    return app.linewatch.promotion.list_comparisons(PROJECT, ADMIN)
