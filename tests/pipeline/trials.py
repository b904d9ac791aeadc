"""A version that the policy promotes, and one that judges in the shadow of the hosted one."""

from collections.abc import Iterator

import app
from chalicelib.core.inspection import Verdict
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import reviewed
from chalicelib.inspections.items import to_item
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.versions import ModelFile
from chalicelib.promotion.compare import Wanted
from chalicelib.promotion.policy import Least
from chalicelib.shadow.run import NewShadow
from tests.pipeline.account import client
from tests.pipeline.outcome import rows_in
from tests.pipeline.photographs import artifact, png
from tests.pipeline.promotions import ADMIN, LINE, PROJECT, asked, import_and_start
from tests.pipeline.trainings import create_version
from tests.pipeline.world import World
from tests.support.builders import NOON, an_inspection

CANDIDATE, HOSTED = "1", "2"
WRONGLY_STOPPED, DAMAGED = [f"{LINE}/good-{number}" for number in range(5)], f"{LINE}/damaged"
JUDGED, LATER = [f"{LINE}/shadow-{number}" for number in range(2)], f"{LINE}/later"


def promote_by_policy(world: World) -> None:
    """The hosted version stops good parts. The candidate was trained here; its file is one that loads."""
    create_version(world, PROJECT)
    world.settle()
    import_and_start(world, HOSTED)
    client("s3").put_object(
        Bucket=world.settings.bucket, Key=f"models/{PROJECT}/{CANDIDATE}.safetensors", Body=artifact()
    )
    for seed, key in enumerate([*WRONGLY_STOPPED, DAMAGED]):
        _put_reviewed(world, key, seed)
    world.lose_messages("uploads")
    promotion = app.linewatch.promotion
    asked(world, lambda: promotion.set_policy(PROJECT, Least(images=6, bad_parts=1), ADMIN))
    world.pass_by(1)
    wanted = Wanted(version=CANDIDATE, proposes=True)
    asked(world, lambda: app.linewatch.promotion.begin_comparison(PROJECT, wanted, ADMIN))
    world.start_cold()
    world.settle()
    while not world.follow():
        pass


def _put_reviewed(world: World, key: str, seed: int) -> None:
    """A part that the line stopped, as a person answered it."""
    bucket, damaged = world.settings.bucket, key == DAMAGED
    etag = client("s3").put_object(Bucket=bucket, Key=key, Body=png(100 + seed, damaged=damaged))["ETag"].strip('"')
    found = an_inspection(
        key.rpartition("/")[2],
        project=PROJECT,
        key=key,
        bucket=bucket,
        etag=etag,
        verdict=Verdict.ANOMALOUS,
        model_version=HOSTED,
    )
    label = Label.ANOMALOUS if damaged else Label.NORMAL
    answered = reviewed(found, label, kind=None, comment=None, by="r1", at=NOON)
    client("dynamodb").put_item(TableName=world.settings.name("inspections"), Item=to_item(answered))


def unpromoted(_world: World) -> Iterator[str]:
    """What is missing of the promotion, and of why it was made."""
    record = app.linewatch.projects.registry.find(PROJECT)
    statuses = {number: record.models[int(number)].status for number in (CANDIDATE, HOSTED)}
    if statuses != {CANDIDATE: ModelStatus.HOSTED, HOSTED: ModelStatus.TRAINED}:
        yield f"the versions are {statuses}"
    found = app.linewatch.promotion.list_comparisons(PROJECT, ADMIN)
    if [each.decision is not None and each.decision.promoted for each in found] != [True]:
        yield f"the policy decided {[each.decision for each in found]}"


def run_in_the_shadow(world: World) -> None:
    """Two images are judged by both versions; a third one comes when the run has all its images."""
    app.linewatch.projects.create_project(PROJECT, ADMIN)
    import_and_start(world, "1")
    app.linewatch.projects.import_model(PROJECT, ModelFile(content=artifact()), ADMIN)
    world.settle()
    asked(world, lambda: app.linewatch.shadow.start(PROJECT, NewShadow(version="2", images=2), ADMIN))
    for seed, key in enumerate(JUDGED):
        world.upload(key, png(100 + seed))
    world.settle()
    world.upload(LATER, png(110))
    world.settle()
    asked(world, lambda: app.linewatch.shadow.stop(PROJECT, ADMIN))


def unshadowed(world: World) -> Iterator[str]:
    """What the shadow run has not judged, or twice, and what it has left."""
    progress = app.linewatch.shadow.show(PROJECT, ADMIN)
    rows = rows_in(world, "SELECT key FROM stored WHERE run = 'shadow#2' ORDER BY key")
    if progress.judged != len(JUDGED) or [key for (key,) in rows] != JUDGED:
        yield f"the shadow run judged {progress.judged} images; the lake has {rows}"
    if progress.shadow.end != "it has judged 2 images":
        yield f"the shadow run ended: {progress.shadow.end!r}"
    if rules := client("events").list_rules(EventBusName=world.settings.bus, NamePrefix="shadow-")["Rules"]:
        yield f"rules are left: {rules}"
