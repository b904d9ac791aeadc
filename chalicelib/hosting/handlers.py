"""The Lambda event of hosting: each minute, and when a project changed."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from time import sleep
from typing import Any

from chalicelib.aws.measurements import log_quiet
from chalicelib.aws.observability import log_event
from chalicelib.aws.sqs_batch import each_of
from chalicelib.hosting.backlog import LONGEST_BACKLOG, not_hosted, stopped_lines
from chalicelib.hosting.wiring import HostingWiring
from chalicelib.projects.domain import Kind

MILLISECOND = timedelta(milliseconds=1)
WARM_MINUTES = 5
"""How often a hosted version is tested to keep a worker ready: AWS takes one away that had nothing to do for longer."""
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
        log_quiet(stopped_lines(hosting.platform.settings.watched_lines, hosting.hosting.registry))
    if hosting.keep_warm and hosting.platform.clock().minute % WARM_MINUTES == 0:
        each_of(hosting.hosting.registry.of_kind(Kind.HOSTED), partial(_test, hosting))


def _test(hosting: HostingWiring, project: str) -> None:
    if failure := hosting.hosting.test_hosted(project):
        log_event("a hosted version failed its test", project=project, reason=failure)


def _follow_one(project: str, hosting: HostingWiring) -> None:
    for look in range(LOOKS):
        sleep(PAUSE if look else 0)
        hosting.hosting.follow(project)
        if not any(model.changing for model in hosting.hosting.registry.find(project).models.values()):
            return


def _log_trouble(hosting: HostingWiring) -> None:
    """Log each project in trouble, and how many there are, which is 0 on most days. The longest wait is in ms."""
    registry, platform = hosting.hosting.registry, hosting.platform
    failing = [
        (project, reason)
        for project in registry.of_kind(Kind.UNSETTLED)
        if (reason := not_hosted(registry.find(project), platform.clock())) is not None
    ]
    waiting, oldest = partial(_waiting, hosting), partial(_oldest, hosting)
    backlogs = hosting.backlogs.look(registry.of_kind(Kind.HOSTED), waiting, oldest)
    late = [(project, each.waiting) for project, each in backlogs.items() if each.lasts > LONGEST_BACKLOG]
    longest = max((each.lasts for each in backlogs.values()), default=timedelta())
    _log("a project is not hosted as it should be", ((project, {"reason": reason}) for project, reason in failing))
    _log("images of a hosted project wait", ((project, {"waiting": count}) for project, count in late))
    metrics = {"NotHostedCount": len(failing), "LongestWait": longest // MILLISECOND}
    log_event("hosting followed", metrics=metrics, project="all", line="all")


def _waiting(hosting: HostingWiring, project: str) -> int:
    queue = hosting.platform.settings.project_queue(project)
    return hosting.platform.queues.waiting_if_there(queue) or 0


def _oldest(hosting: HostingWiring, project: str) -> timedelta | None:
    return hosting.ages.oldest(hosting.platform.settings.project_queue(project))


def _log(message: str, troubles: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for project, fields in troubles:
        log_event(message, project=project, **fields)
