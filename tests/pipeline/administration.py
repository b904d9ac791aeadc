"""An admin makes and revokes keys, sets alerts, changes a data set and a threshold; alerts go out as mails, too."""

from collections.abc import Iterator
from functools import partial

from moto.sesv2.models import sesv2_backends

import app
from chalicelib.access.domain import AccessKey, Grant, Role, hash_of
from chalicelib.access.dynamodb import DynamoDBAccessKeys
from chalicelib.projects.browse import Part
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.image_lines import Labelling, kind_of
from tests.pipeline import inside
from tests.pipeline.account import NUMBER, REGION, client
from tests.pipeline.photographs import png
from tests.pipeline.promotions import asked
from tests.pipeline.reviews import Person
from tests.pipeline.wire import Fault
from tests.pipeline.world import World
from tests.support.builders import NOON

PROJECT, TRAIN = "plates", DatasetType.TRAIN
EVA = Grant("eva", Role.ADMIN, PROJECT)
KEY, ALERTS = "/keys/{key_id}", "/projects/{project}/alert-settings"
RULE = {"confidence": 0.3, "window_seconds": 60}
THRESHOLD = 0.25
SENDER, RECIPIENT = "linewatch@example.com", "quality@example.com"
MAILED = "images/plates/line-1/cam-1/2026-03-14"


def administrate(world: World) -> None:
    """Two keys, of which one is revoked; the rules of alerts, with a reset; then a data set and a threshold."""
    keys = DynamoDBAccessKeys(client("dynamodb"), world.settings.name("keys"))
    keys.add(AccessKey(EVA, hash_of("secret"), NOON))
    eva = Person(world, "eva", Role.ADMIN)
    first, second = (eva.asks("POST", "/keys", role="viewer") for _ in range(2))
    eva.asks("DELETE", KEY, first["key_id"])
    opened = [app.linewatch.access.authorize(each["token"]) for each in (first, second)]
    if [each is not None for each in opened] != [False, True]:
        world.noticed.append(f"the keys open {opened}")
    lines = {"line-2": RULE | {"silent": ["rejected"]}}
    answers = [
        eva.asks("PUT", ALERTS, revision=0, others=RULE, lines={}),
        eva.asks("DELETE", ALERTS, "", {"revision": "1"}),
        eva.asks("PUT", ALERTS, revision=2, others=RULE, lines=lines),
    ]
    if [each.get("of_stage") for each in answers] != [False, True, False]:
        world.noticed.append(f"the settings of alerts were not stored: {answers}")
    change_images(world)
    asked(world, lambda: app.linewatch.thresholds.move_threshold(PROJECT, "1", THRESHOLD, EVA))


def change_images(world: World) -> None:
    """Two images come, one gets another label, one goes."""
    sources = [app.linewatch.projects.add_image(PROJECT, png(seed), EVA) for seed in (1, 2)]
    steps = (
        Changes(add=tuple(Labelling(each, "normal") for each in sources)),
        Changes(label=(Labelling(sources[0], "anomaly", "dent"),)),
        Changes(remove=(sources[1],)),
    )
    asked(world, lambda: app.linewatch.projects.add_image(PROJECT, png(1), EVA))
    for each in steps:
        asked(world, partial(_change, each))


def _change(changes: Changes) -> None:
    app.linewatch.projects.change_images(PROJECT, TRAIN, changes, EVA)


def undone(_world: World) -> Iterator[str]:
    """What is missing of the changes, or there twice."""
    page = app.linewatch.projects.list_images(PROJECT, TRAIN, Part(), EVA)
    entries = [(each.label, kind_of(each)) for each in page.entries]
    if entries != [("anomaly", "dent")]:
        yield f"the data set has {entries}"
    moved = [each.moved for each in app.linewatch.projects.registry.find(PROJECT).models.values() if each.moved]
    if [(each.version, each.threshold) for each in moved] != [(1, THRESHOLD)]:
        yield f"the moved versions are {moved}"
    rules = app.linewatch.alerts.rules.find(PROJECT)
    if rules is None or (rules.revision, set(rules.lines)) != (3, {"line-2"}):
        yield f"the rules of alerts are {rules}"


def alert_by_mail(world: World) -> None:
    """Two damaged parts: one alert at once, one in the digest, each by the topic and as a mail."""
    sesv2_backends[NUMBER][REGION].core_backend.sent_messages.clear()
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    world.mail_alerts(SENDER, RECIPIENT)
    for name in ("damaged", "damaged-too"):
        world.upload(f"{MAILED}/{name}", png(101, damaged=True))
        world.settle()
    world.run_hourly("send_digests")


def unmailed(world: World) -> Iterator[str]:
    """Alerts without a mail, and with two: that may be only if it is not known whether SES accepted one."""
    bodies = [each.body for each in sesv2_backends[NUMBER][REGION].core_backend.sent_messages]
    alerts = {alert_id for alert_id, _ in inside.notifications(world.settings.name("alerts"))}
    mails = {each: sum(f">{each}<" in body for body in bodies) for each in alerts}
    yield from (f"alert {each} was not mailed" for each, count in mails.items() if not count)
    plan = world.wire.plan
    unknown = plan is not None and plan[0].operation == "sesv2.SendEmail" and plan[1] is not Fault.FAILED
    yield from (f"{count} mails of alert {each}" for each, count in mails.items() if count > 1 + unknown)
