"""Somebody says who may sign in, from the command line."""

from collections.abc import Callable

from tests.pipeline.account import client


def keep_people(run: Callable[..., str], stage: str) -> None:
    """A link, an invitation that is sent twice, changes and a removal. `run` runs a command."""
    name = "ada@example.com"
    client("apigateway").create_rest_api(name=f"linewatch-{stage}")
    run("page", "--project", "plates", "--person", name)
    run("people", "invite", name, "--role", "viewer", "--project", "plates")
    run("people", "invite", name, "--role", "viewer", "--project", "plates")
    run("people", "change", name, "--role", "operator")
    run("people", "list")
    run("people", "disable", name)
    run("people", "enable", name)
    run("people", "remove", name)
