"""The settings of one deployment, read from the environment, and the names that follow from them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

SHADOW_RULES = "shadow-"
"""What the names of the rules for shadow runs begin with."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What distinguishes one deployment from another.

    `traced` says whether X-Ray is on; `metrics_per_line`, whether each line has metrics of its own; `partial_batches`,
    whether Lambda reads which messages of a batch failed. `metrics_per_version` says whether DetectAnomalies is
    measured by version. `api_path_before` is what a proxy takes away of the path that
    clients of the API sign; `{api}` in it is the API's id. `watched_lines` are the lines with alarms of their own, as
    (project, line). `user_pool` and `page_client` are the ids of who may sign in, and of the page as it asks for them.
    """

    stage: str
    account: str
    region: str
    traced: bool
    metrics_per_line: bool = False
    partial_batches: bool = False
    api_path_before: str = ""
    metrics_per_version: bool = False
    watched_lines: tuple[tuple[str, str], ...] = ()
    user_pool: str = ""
    page_client: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read LINEWATCH_STAGE, LINEWATCH_ACCOUNT and AWS_REGION; KeyError names a missing variable.

        LINEWATCH_METRICS_PER_LINE is `yes` or `no`, which it is without the variable.
        LINEWATCH_PARTIAL_BATCHES may be 1 only where every queue's event source mapping has ReportBatchItemFailures.
        LINEWATCH_API_PATH_BEFORE is empty without it, LINEWATCH_METRICS_PER_VERSION is `no`.
        LINEWATCH_WATCHED_LINES is as `plates/line-1,plates/line-2`.
        LINEWATCH_USER_POOL and LINEWATCH_PAGE_CLIENT are empty without them.
        """
        return cls(
            stage=environment["LINEWATCH_STAGE"],
            account=environment["LINEWATCH_ACCOUNT"],
            region=environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"],
            traced="AWS_XRAY_DAEMON_ADDRESS" in environment,
            metrics_per_line=environment.get("LINEWATCH_METRICS_PER_LINE") == "yes",
            partial_batches=environment.get("LINEWATCH_PARTIAL_BATCHES") == "1",
            api_path_before=environment.get("LINEWATCH_API_PATH_BEFORE", ""),
            metrics_per_version=environment.get("LINEWATCH_METRICS_PER_VERSION") == "yes",
            watched_lines=_lines_of(environment.get("LINEWATCH_WATCHED_LINES", "")),
            user_pool=environment.get("LINEWATCH_USER_POOL", ""),
            page_client=environment.get("LINEWATCH_PAGE_CLIENT", ""),
        )

    def name(self, thing: str) -> str:
        """The name of a table, queue or bus: `linewatch-<stage>-<thing>`."""
        return f"linewatch-{self.stage}-{thing}"

    def project_queue(self, project: str) -> str:
        """The name of a project's own queue, at most 80 characters, as SQS allows."""
        return f"{self.project_queues}{_short(project)}"

    @property
    def project_queues(self) -> str:
        """What the names of all projects' queues begin with."""
        return self.name("project-")

    def shadow_rule(self, project: str) -> str:
        """The name of the rule that a project's shadow runs have, on the bus of the stage."""
        return f"{SHADOW_RULES}{_short(project)}"

    @property
    def bus(self) -> str:
        """The name of the event bus."""
        return f"linewatch-{self.stage}"

    @property
    def bucket(self) -> str:
        """The name of the bucket that holds images, models, data sets and the lake."""
        return self.name(self.account)


def _short(project: str) -> str:
    """A name of at most 40 characters: the digest keeps it unique."""
    readable = re.sub(r"[^A-Za-z0-9_-]", "-", project)[:31]
    return f"{readable}-{sha256(project.encode()).hexdigest()[:8]}"


def _lines_of(text: str) -> tuple[tuple[str, str], ...]:
    named = (each.split("/") for each in text.split(",") if each)
    return tuple((project, line) for project, line in named)
