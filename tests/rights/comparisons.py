"""What is asked of comparisons and retrainings without changing anything."""

import json
from datetime import timedelta

import app
from chalicelib.core.events import event_of
from chalicelib.projects.versions import ModelFile
from chalicelib.promotion.compare import Wanted
from chalicelib.shadow.run import NewShadow
from tests.pipeline.account import client
from tests.pipeline.model_service import HANDLER
from tests.pipeline.photographs import artifact, png
from tests.pipeline.promotions import ADMIN, LINE, PROJECT, SECOND, promote_and_roll_back, retrain
from tests.pipeline.world import World
from tests.support.builders import NOON, an_inspection


def questions_about_versions(world: World) -> None:
    """How large a comparison would be, what a retraining would learn, what one has learned, and what a shadow says."""
    retrain(world)
    app.linewatch.projects.import_model(PROJECT, ModelFile(content=artifact()), ADMIN)
    world.projects_are_read = True
    world.upload(f"{LINE}/before", png(100))
    world.settle()
    promotion = app.linewatch.promotion
    with world.wire.watching(HANDLER):
        promotion.estimate(PROJECT, Wanted(version="4", against=SECOND), ADMIN)
        promotion.preview(PROJECT, ADMIN)
        promotion.show_learned(PROJECT, "3", ADMIN)
        promotion.show_policy(PROJECT, ADMIN)
        app.linewatch.shadow.estimate(PROJECT, NewShadow(version="4"), ADMIN)
        app.linewatch.shadow.start(PROJECT, NewShadow(version="4"), ADMIN)
        app.linewatch.shadow.stop(PROJECT, ADMIN)
        app.linewatch.shadow.show(PROJECT, ADMIN)


def an_image_from_after_a_shadow_run(world: World) -> None:
    """By the clock of another worker the run is over: its rule is closed, and opened again, because it runs."""
    promote_and_roll_back(world)
    app.linewatch.shadow.start(PROJECT, NewShadow(version=SECOND), ADMIN)
    late = an_inspection("late", project=PROJECT, inspected_at=NOON + timedelta(days=2))
    body = json.dumps({"detail": event_of(late).model_dump(mode="json")})
    client("sqs").send_message(QueueUrl=world.settings.name("shadows"), MessageBody=body)
    world.settle()
