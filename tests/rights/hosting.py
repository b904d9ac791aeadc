"""A project with a queue of its own: hosted, stopped while images wait, and deleted."""

import app
from chalicelib.hosting.backlog import LONGEST_BACKLOG
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from linewatch.operate.operator import operator_grant
from tests.pipeline.account import client
from tests.pipeline.hosting import make_function
from tests.pipeline.photographs import artifact, png
from tests.pipeline.world import HOUR, World

LINE = "images/discs/line-1/cam-1/2026-03-14"


def a_project_hosted_stopped_and_deleted(world: World) -> None:
    """An image of the project is inspected, one fails, and one waits while the project is stopped."""
    make_function(world.settings.name("inspect_images"))
    projects, grant = app.linewatch.projects, operator_grant("discs")
    queue = world.settings.project_queue("discs")
    projects.create_project("discs", grant)
    projects.import_model("discs", ModelFile(content=artifact()), grant)
    world.follow(project="discs")
    projects.start_model("discs", Start(version="1", min_inference_units=1), grant)
    world.follow()
    world.upload(f"{LINE}/good", png(100))
    _route(world)
    client("sqs").send_message(QueueUrl=queue, MessageBody="[]")
    world.pass_by(1)
    world.follow()
    world.pass_by(LONGEST_BACKLOG.total_seconds() + 1)
    world.follow()
    _a_moment_later(world)
    assert world.deliver_from("inspect_images", queue)
    projects.stop_model("discs", "1", grant)
    world.follow(project="discs")
    world.upload(f"{LINE}/waits", png(101))
    _route(world)
    world.upload(f"{LINE.replace('discs', 'rings')}/unannounced", png(102))
    world.lose_messages("uploads")
    world.pass_by(HOUR)
    world.start_cold()
    world.run_hourly("reconcile")
    projects.delete_model("discs", "1", grant)
    projects.delete_project("discs", grant)
    world.follow()
    world.settle()


def _route(world: World) -> None:
    world.start_cold()
    assert world.deliver("route_images")


def _a_moment_later(world: World) -> None:
    """By new workers."""
    world.pass_by(1)
    world.start_cold()
