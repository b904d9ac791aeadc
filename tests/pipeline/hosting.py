"""What a project with a queue of its own needs on moto: a function for its mapping, and runs of what follows."""

import json
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import app
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from linewatch.operate.operator import operator_grant
from tests.pipeline.account import client
from tests.pipeline.photographs import artifact
from tests.pipeline.world import World


def create_project(world: World, project: str) -> None:
    """A project with a trained version."""
    make_function(world.settings.name("inspect_images"))
    grant = operator_grant(project)
    app.linewatch.projects.create_project(project, grant)
    app.linewatch.projects.import_model(project, ModelFile(content=artifact()), grant)
    follow(world)


def start(world: World, project: str) -> None:
    """Its version is hosted, and its queue is read."""
    app.linewatch.projects.start_model(project, Start(version="1", min_inference_units=1), operator_grant(project))
    follow(world)


def stop(world: World, project: str) -> None:
    """Its queue is read no more."""
    app.linewatch.projects.stop_model(project, "1", operator_grant(project))
    follow(world)


def follow(world: World) -> None:
    """Until a run succeeds; moto is never busy with a mapping."""
    while not world.follow():
        pass


def make_function(name: str, variables: Mapping[str, str] | None = None) -> None:
    """Moto knows no function but those that are made; it never runs it."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    with ZipFile(content := BytesIO(), "w") as file:
        file.writestr("app.py", "")
    client("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.12",
        Handler="app.handler",
        Code={"ZipFile": content.getvalue()},
        Environment={"Variables": variables or {}},
    )
