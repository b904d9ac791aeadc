"""Scenarios of work in a plant. In each, every call to AWS may fail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.core.inspection import Verdict
from chalicelib.projects.domain import ModelStatus
from tests.pipeline import hosting
from tests.pipeline.account import client
from tests.pipeline.administration import MAILED, administrate, alert_by_mail, undone, unmailed
from tests.pipeline.exports import export, unexported
from tests.pipeline.manifests import put_manifests, unimported
from tests.pipeline.model_service import Customer, begin, end, host, kept, left, stop
from tests.pipeline.people import come_and_go, unended
from tests.pipeline.photographs import png
from tests.pipeline.promotions import LINE as TUBES
from tests.pipeline.promotions import promote_and_roll_back, retrain, unlearned, unswitched
from tests.pipeline.reports import print_a_day, unprinted
from tests.pipeline.reviews import FAILED, PASSED, review_and_redrive, unkept
from tests.pipeline.shifts import BARS, follow_a_calendar, inspect_a_day, unfollowed, unsummarised
from tests.pipeline.trainings import create_version, unfinished
from tests.pipeline.trials import (
    JUDGED,
    LATER,
    promote_by_policy,
    run_in_the_shadow,
    unpromoted,
    unshadowed,
)
from tests.pipeline.world import World

LINE = "images/plates/line-1/cam-1/2026-03-14"
NUTS = "nuts"
"""The project of a customer."""
DISCS = "images/discs/line-1/cam-1/2026-03-14"
NO_MODEL = "images/rings/line-1/cam-1/2026-03-14"


@dataclass(frozen=True)
class Scenario:
    """What happens, the expected verdict of each image, and how many messages stay in dead-letter queues."""

    happens: Callable[[World], None]
    verdicts: Mapping[str, Verdict]
    dead: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, ModelStatus] = field(default_factory=dict)
    """The expected status of each project's version."""
    found: Callable[[World], Iterable[str]] = lambda _: ()
    """What else is missing in the end, or there twice."""


def a_shift(world: World) -> None:
    """Good, damaged and unreadable parts of one line, in two batches."""
    world.upload(f"{LINE}/good", png(100))
    world.upload(f"{LINE}/damaged", png(101, damaged=True))
    world.settle()
    world.upload(f"{LINE}/unreadable", b"no image")
    world.upload(f"{LINE}/damaged-too", png(102, damaged=True))
    world.settle()


def a_bad_day(world: World) -> None:
    """An image without a model in one batch with a good one, and an unreadable message and stream record."""
    world.upload(f"{LINE}/good", png(100))
    world.upload(f"{NO_MODEL}/orphan", png(101))
    client("sqs").send_message(QueueUrl=world.settings.name("uploads"), MessageBody="[]")
    poison = {"inspection_id": {"S": "0"}, "run": {"S": "live"}, "verdict": {"S": "blue"}}
    client("dynamodb").put_item(TableName=world.settings.name("inspections"), Item=poison)
    world.settle()


def a_night_after_losses(world: World) -> None:
    """A notification, a stream record and a file of the lake are lost; the nightly comparison finds all three."""
    world.upload(f"{LINE}/archived", png(100))
    world.settle()
    world.lose_lake()
    world.upload(f"{LINE}/unannounced", png(101, damaged=True))
    world.lose_messages("uploads")
    world.upload(f"{LINE}/unpublished", png(102, damaged=True))
    world.deliver("route_images")
    world.deliver("inspect_images")
    world.lose_changes()
    world.run_hourly("send_digests")
    world.run_hourly("reconcile")


def a_training(world: World) -> None:
    """One version is trained; the message of another one is lost."""
    create_version(world, "springs")
    world.lose_messages("training")
    create_version(world, "gears")
    world.settle()
    world.run_hourly("fail_overdue_trainings")
    world.run_hourly("fail_overdue_trainings")


def a_customer(world: World) -> None:
    """A project is made, used, and deleted in the end."""
    hosting.make_function(world.settings.name("inspect_images"))
    customer = Customer(world, NUTS)
    begin(world, customer, NUTS)
    world.settle()
    world.run_hourly("fail_overdue_trainings")
    host(customer)
    hosting.follow(world)
    world.noticed += unfinished(world, {NUTS: ModelStatus.HOSTED}, exactly=not world.failures)
    world.noticed += kept(world, NUTS)
    stop(customer)
    hosting.follow(world)
    end(customer)
    hosting.follow(world)


def a_stop_and_a_start(world: World) -> None:
    """One image comes while the project is hosted, one while it is stopped; that one is inspected after the start."""
    hosting.create_project(world, "discs")
    hosting.start(world, "discs")
    world.upload(f"{DISCS}/at-once", png(100))
    world.settle()
    hosting.stop(world, "discs")
    world.upload(f"{DISCS}/waits", png(101))
    world.settle()
    hosting.start(world, "discs")
    world.settle()


SCENARIOS = {
    "a shift": Scenario(
        a_shift,
        {
            f"{LINE}/good": Verdict.NORMAL,
            f"{LINE}/damaged": Verdict.ANOMALOUS,
            f"{LINE}/unreadable": Verdict.REJECTED,
            f"{LINE}/damaged-too": Verdict.ANOMALOUS,
        },
    ),
    "a bad day": Scenario(
        a_bad_day,
        {f"{LINE}/good": Verdict.NORMAL, f"{NO_MODEL}/orphan": Verdict.FAILED},
        {"relay-dlq": 1, "unreadable-dlq": 1},
    ),
    "a night after losses": Scenario(
        a_night_after_losses,
        {
            f"{LINE}/archived": Verdict.NORMAL,
            f"{LINE}/unannounced": Verdict.ANOMALOUS,
            f"{LINE}/unpublished": Verdict.ANOMALOUS,
        },
    ),
    "reviews": Scenario(review_and_redrive, {PASSED: Verdict.NORMAL, FAILED: Verdict.NORMAL}, found=unkept),
    "people come and go": Scenario(come_and_go, {}, found=unended),
    "an administrator": Scenario(administrate, {}, found=undone),
    "an export": Scenario(export, {}, found=unexported),
    "alerts by mail": Scenario(
        alert_by_mail,
        {f"{MAILED}/damaged": Verdict.ANOMALOUS, f"{MAILED}/damaged-too": Verdict.ANOMALOUS},
        found=unmailed,
    ),
    "manifests": Scenario(put_manifests, {}, {"manifests-dlq": 1}, found=unimported),
    "a stop and a start": Scenario(
        a_stop_and_a_start, {f"{DISCS}/at-once": Verdict.NORMAL, f"{DISCS}/waits": Verdict.NORMAL}
    ),
    "a shift calendar": Scenario(follow_a_calendar, {}, found=unfollowed),
    "the images of a day": Scenario(
        inspect_a_day,
        {f"{BARS}/unannounced": Verdict.NORMAL, f"{BARS}/waits": Verdict.ANOMALOUS},
        found=unsummarised,
    ),
    "a daily report": Scenario(
        print_a_day,
        {
            f"{LINE}/good": Verdict.NORMAL,
            f"{LINE}/damaged": Verdict.ANOMALOUS,
            f"{LINE}/late": Verdict.NORMAL,
        },
        found=unprinted,
    ),
    "a training": Scenario(
        a_training, {}, versions={"gears": ModelStatus.TRAINED, "springs": ModelStatus.TRAINING_FAILED}
    ),
    "a promotion and a roll back": Scenario(
        promote_and_roll_back,
        {f"{TUBES}/before": Verdict.NORMAL, f"{TUBES}/after": Verdict.NORMAL},
        found=unswitched,
    ),
    "a retraining": Scenario(retrain, {f"{TUBES}/reviewed": Verdict.NORMAL}, found=unlearned),
    "a promotion by the policy": Scenario(promote_by_policy, {}, found=unpromoted),
    "a shadow run": Scenario(run_in_the_shadow, dict.fromkeys([*JUDGED, LATER], Verdict.NORMAL), found=unshadowed),
    "a customer": Scenario(a_customer, {}, found=lambda world: left(world, NUTS)),
}
