"""The Lambda event of hosting: each minute, and when a project changed."""

from collections.abc import Iterable
from functools import partial
from time import sleep
from typing import Any

from chalicelib.aws.observability import log_event
from chalicelib.aws.sqs_batch import each_of
from chalicelib.hosting.backlog import not_hosted
from chalicelib.hosting.wiring import HostingWiring
from chalicelib.projects.domain import Kind

LOOKS, PAUSE = 6, 5.0
"""How often a woken run looks at its project, and the seconds in between: AWS needs some for a mapping."""


def follow_hosting(detail: dict[str, Any], hosting: HostingWiring) -> None:
    """Follow the project that the event names, or every project that may need it. One that fails stops no other."""
    if "project" in detail:
        _follow_one(detail["project"], hosting)
        return
    try:
        each_of(sorted(hosting.hosting.unfinished()), hosting.hosting.follow)
    finally:
        _log_trouble(hosting)


def _follow_one(project: str, hosting: HostingWiring) -> None:
    for look in range(LOOKS):
        sleep(PAUSE if look else 0)
        hosting.hosting.follow(project)
        if not any(model.changing for model in hosting.hosting.registry.find(project).models.values()):
            return


def _log_trouble(hosting: HostingWiring) -> None:
    """Log each project in trouble, and how many there are, which is 0 on most days."""
    registry, platform = hosting.hosting.registry, hosting.platform
    failing = [
        (project, reason)
        for project in registry.of_kind(Kind.UNSETTLED)
        if (reason := not_hosted(registry.find(project), platform.clock())) is not None
    ]
    waiting = partial(_waiting, hosting)
    late = [*hosting.backlogs.late(registry.of_kind(Kind.HOSTED), waiting)]
    _log("a project is not hosted as it should be", ((project, {"reason": reason}) for project, reason in failing))
    _log("images of a hosted project wait", ((project, {"waiting": count}) for project, count in late))
    metrics = {"NotHostedCount": len(failing), "WaitingProjectCount": len(late)}
    log_event("hosting followed", metrics=metrics, project="all", line="all")


def _waiting(hosting: HostingWiring, project: str) -> int:
    queue = hosting.platform.settings.project_queue(project)
    return hosting.platform.queues.waiting_if_there(queue) or 0


def _log(message: str, troubles: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for project, fields in troubles:
        log_event(message, project=project, **fields)
