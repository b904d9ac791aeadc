"""An operator who runs every command on a stage, and the calls that each makes."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from click.testing import CliRunner

from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.items import from_item
from chalicelib.projects.training import begin_training, fail_training
from linewatch.__main__ import main
from tests.pipeline.account import client
from tests.pipeline.hosting import make_function
from tests.pipeline.photographs import artifact, png
from tests.pipeline.scenarios import LINE
from tests.pipeline.world import World
from tests.rights.calls import recording
from tests.rights.dead_letters import leave_dead_letters
from tests.rights.needs import Need
from tests.rights.staff import keep_people
from tests.shifts.world import EARLY
from tests.support.builders import NOON


class Operator:
    """Runs commands on a stage."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ran: set[str] = set()
        self.needed: set[Need] = set()
        self.needed_for_people: set[Need] = set()

    def run(self, *words: str) -> str:
        """What a command prints; `words` begin with its name, in several words if it is in a group."""
        self.world.pass_by(1)
        with recording() as needed:
            result = CliRunner().invoke(main, [*words, "--stage", self.world.settings.stage])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert result.exit_code in (0, 1), result.output
        name = next(each for count in (3, 2, 1) if (each := " ".join(words[:count])) in COMMANDS)
        self.ran.add(name)
        stage = self.world.settings.stage
        needs = self.needed_for_people if name.split()[0] in OF_PEOPLE else self.needed
        needs |= {(action, arn.replace(stage, "test")) for action, arn in needed}
        return result.stdout


def commands(group: click.Group, path: Sequence[str] = ()) -> Iterator[str]:
    """Every command that works on a stage or a local stack."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif {"stage", "local"} <= {parameter.name for parameter in command.params}:
            yield " ".join((*path, name))


COMMANDS = set(commands(main))
OF_PEOPLE = {"page", "people"}
"""Commands of those who say who may sign in, who have a policy of their own."""


def _train(operator: Operator, folder: Path) -> None:
    """A project with images, a version whose training fails, and one that is trained on this computer."""
    for label, count in (("normal", 20), ("anomaly", 10)):
        (folder / label).mkdir(parents=True)
        for seed in range(count):
            content = png(seed + 1000 * (label == "anomaly"), damaged=label == "anomaly")
            (folder / label / f"{seed}.png").write_bytes(content)
    operator.run("project", "create", "cups")
    operator.run("dataset", "import", "cups", str(folder))
    operator.run("dataset", "list", "cups")
    operator.run("dataset", "show", "cups", "train")
    operator.run("dataset", "export", "cups", "train")
    operator.run("model", "train", "cups", "--no-wait")
    operator.run("model", "show", "cups", "latest")
    registry = operator.world.start_cold().projects.registry
    begin_training("cups", 1, "w1", registry=registry, clock=utc_now)
    fail_training("cups", 1, "w1", "tired", registry=registry, clock=utc_now)
    operator.run("model", "train", "cups", "--here")
    operator.run("model", "show", "cups", "--report", str(folder / "report.html"))
    _sign(operator, folder)
    operator.run("model", "start", "cups")
    operator.run("model", "retrain", "cups")
    operator.run("model", "list", "cups")
    operator.run("model", "stop", "cups")
    operator.run("model", "start", "cups")
    operator.run("model", "stop", "cups", "2")
    _follow_shifts(operator, folder.parent / "shifts.ics")
    for version in ("2", "1"):
        operator.run("model", "delete", "cups", version)
    operator.run("dataset", "delete", "cups", "train")
    operator.run("project", "list")
    operator.run("project", "show", "cups")
    operator.run("project", "delete", "cups")


def _follow_shifts(operator: Operator, file: Path) -> None:
    file.write_bytes(EARLY)
    operator.run("shifts", "set", "cups", str(file))
    operator.run("shifts", "show", "cups")
    operator.run("shifts", "override", "cups", "run")
    operator.run("shifts", "end-of-day", "cups", "21:00")
    operator.run("shifts", "end-of-day", "cups", "off")
    operator.run("shifts", "remove", "cups")


def _switch(operator: Operator, model: Path) -> None:
    operator.run("model", "import", "plates", str(model))
    operator.run("model", "compare", "plates", "2", "--no-wait")
    operator.run("model", "comparisons", "plates")
    for words in (("start", "plates", "2"), ("show", "plates"), ("stop", "plates")):
        operator.run("model", "shadow", *words)
    operator.run("model", "policy", "plates", "--promotes", "policy")
    operator.run("model", "policy", "plates", "--promotes", "person")
    operator.run("model", "promote", "plates", "2", "--unseen")
    operator.run("model", "rollback", "plates")
    operator.run("model", "tune", "plates", "2", "--to", "0.25", "--yes")
    operator.run("model", "learned", "plates")


def _try(operator: Operator, folder: Path) -> None:
    folder.mkdir()
    (folder / "part.png").write_bytes(png(7))
    operator.run("model", "trial", "plates", str(folder), "--out", str(folder.parent / "trial"))


def _review(operator: Operator) -> None:
    good, *_ = (each.inspection_id for each in _live(operator.world) if each.key.endswith("/good"))
    operator.run("review", "list", "plates")
    operator.run("review", "confirm", good)
    operator.run("review", "correct", good)
    operator.run("review", "list", "plates", "--reviewed")
    operator.run("review", "undo", good)
    operator.run("review", "plan", "plates", "--parts", "5")
    operator.run("review", "escapes", "plates")
    operator.run("review", "agreement", "plates")


def _set_alerts(operator: Operator) -> None:
    name = f"linewatch-{operator.world.settings.stage}-raise_alerts"
    make_function(name, operator.world.account.environment())
    operator.run("alerts", "set", "plates", "--line", "line-1", "--confidence", "0.3")
    operator.run("alerts", "show", "plates")
    operator.run("alerts", "remove", "plates", "line-1")
    operator.run("alerts", "reset", "plates")


def _sign(operator: Operator, folder: Path) -> None:
    """With a key in a file: no KMS here has keys of this kind."""
    key, report, training = (str(folder / name) for name in ("key.pem", "report.json", "training.json"))
    operator.run("sign-off", "key", "--file", key)
    by = ("--by", "Ada", "--key", key)
    operator.run("sign-off", "report", "plates", "--day", NOON.date().isoformat(), "--out", report, *by)
    operator.run("sign-off", "training", "cups", "2", "--out", training, *by)
    for signed in (report, training):
        operator.run("verify", signed)


def _live(world: World) -> Iterator[Inspection]:
    items = client("dynamodb").scan(TableName=world.settings.name("inspections"))["Items"]
    return map(from_item, items)


def operate(operator: Operator, folder: Path) -> None:
    """Run each command, on what it needs to find."""
    world = operator.world
    model = folder / "model"
    model.write_bytes(artifact())
    operator.run("project", "create", "plates")
    operator.run("model", "import", "plates", str(model))
    operator.run("model", "start", "plates")
    _switch(operator, model)
    _try(operator, folder / "parts")
    _train(operator, folder / "cups")
    world.upload(f"{LINE}/good", png(100))
    world.upload(f"{LINE.replace('plates', 'rings')}/orphan", png(101))
    world.settle()
    world.upload(f"{LINE}/unannounced", png(102, damaged=True))
    world.upload(f"{LINE}/unpublished", png(103, damaged=True))
    world.lose_messages("uploads")
    world.upload(f"{LINE}/lost-on-the-way", png(104, damaged=True))
    world.deliver("route_images")
    world.deliver_from("inspect_images", world.settings.project_queue("plates"))
    world.lose_changes()
    key = json.loads(operator.run("key", "create", "--role", "camera", "--project", "plates", "--json"))
    operator.run("key", "list")
    operator.run("key", "revoke", key["key_id"])
    _review(operator)
    _set_alerts(operator)
    keep_people(operator.run, operator.world.settings.stage)
    operator.run("trace", f"{LINE}/good")
    operator.run("trace", "good")
    leave_dead_letters(world)
    found = json.loads(operator.run("dead-letters", "list", "--json"))
    for each in found:
        operator.run("dead-letters", "show", each["id"])
    operator.run("dead-letters", "set-aside", "broken")
    operator.run("dead-letters", "redrive", "--all")
    world.pass_by(3 * 3600)
    missing = json.loads(operator.run("audit", "--json"))["missing"]
    operator.run("audit", "--acknowledge", missing[0]["inspection_id"], "--reason", "gone")
    operator.run("audit", "--repair")
    operator.run("report", "--day", NOON.date().isoformat(), "--out", str(folder / "reports"))
    operator.run("drift", "--days", "2")
