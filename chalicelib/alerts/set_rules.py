"""Show, set and reset when the lines of a project alert."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.access_keys import require_own
from chalicelib.access.domain import Grant
from chalicelib.alerts.domain import LONGEST_WINDOW
from chalicelib.alerts.ports import ProjectRules
from chalicelib.alerts.rules import AlertRule, ProjectAlerts, StageAlerts
from chalicelib.aws.observability import log_event, log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, UnreadableRecord, WrongState
from chalicelib.core.inspection import Verdict
from chalicelib.core.validation import Id
from chalicelib.core.values import LARGEST_INTEGER
from chalicelib.shifts.change import require_project
from chalicelib.shifts.ports import DesiredHosting

MOST_LINES = 200


Revision = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]


class NewRule(BaseModel):
    """When a line alerts.

    A verdict below `confidence` (0 to 1) alerts, whatever it is. The verdicts in `silent` alert nobody. After an alert,
    those of the same verdict are held together for `window_seconds`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: Annotated[float, Field(ge=0, le=1)]
    window_seconds: Annotated[int, Field(ge=1, le=int(LONGEST_WINDOW.total_seconds()))]
    silent: frozenset[Literal["unfamiliar", "rejected", "failed"]] = frozenset()

    @property
    def rule(self) -> AlertRule:
        """The same as a rule."""
        window = timedelta(seconds=self.window_seconds)
        return AlertRule(confidence=self.confidence, window=window, silent=frozenset(map(Verdict, self.silent)))


class Reset(BaseModel):
    """Which rules to reset: the latest revision that the person saw."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: Revision


class NewRules(BaseModel):
    """All rules of a project, in the place of those with this `revision`. `lines` have a rule of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: Revision
    others: NewRule
    lines: Annotated[Mapping[Id, NewRule], Field(max_length=MOST_LINES)] = {}


@dataclass(frozen=True, slots=True)
class RuleStorage:
    """Where rules are kept, what holds without them, which projects there are, and the time."""

    stage: StageAlerts
    rules: ProjectRules
    hosting: DesiredHosting
    clock: Clock

    def holding(self, project: str) -> ProjectAlerts:
        """The rules that hold now."""
        return self.stage.holding(project, self.rules.find(project))


def show_rules(project: str, grant: Grant, *, storage: RuleStorage) -> ProjectAlerts:
    """The rules that hold now. `Forbidden` for a project that is not the key's."""
    require_own(project, grant)
    return storage.holding(project)


def set_rules(project: str, new: NewRules, grant: Grant, *, storage: RuleStorage) -> ProjectAlerts:
    """Store these rules. To set the same again changes nothing.

    `Forbidden` and `NotFound`; `InvalidRequest` for a confidence that the stage does not allow; `WrongState` if
    somebody else has changed the rules since that revision.
    """
    require_project(project, grant, storage.hosting)
    if wrong := list(_too_large(new, storage.stage.largest)):
        raise InvalidRequest(*wrong)
    wanted = ProjectAlerts(
        project=project,
        others=new.others.rule,
        lines={line: each.rule for line, each in new.lines.items()},
        revision=new.revision + 1,
        set_by=grant.key_id,
        set_at=storage.clock(),
    )
    return _stored(wanted, storage)


def reset_rules(project: str, reset: Reset, grant: Grant, *, storage: RuleStorage) -> ProjectAlerts:
    """Let the stage's settings hold again, also those that a later deployment sets. Another reset changes nothing.

    The record stays, with who did it and when, so that no revision is used twice. `Forbidden` and `NotFound`;
    `WrongState` if somebody else has changed the rules since that revision.
    """
    require_project(project, grant, storage.hosting)
    of_stage = storage.stage.of(project)
    wanted = replace(of_stage, revision=reset.revision + 1, set_by=grant.key_id, set_at=storage.clock())
    return _stored(wanted, storage)


def forget_rules(project: str, grant: Grant, *, rules: ProjectRules, clock: Clock) -> None:
    """Reset the rules of a project that is being deleted. Rules that cannot be read alert as the stage's: they stay."""
    try:
        while (known := rules.find(project)) is not None and not known.of_stage:
            rules.put(
                ProjectAlerts(
                    project=project,
                    others=AlertRule(),
                    revision=known.revision + 1,
                    set_by=grant.key_id,
                    set_at=clock(),
                    of_stage=True,
                )
            )
    except UnreadableRecord as error:
        log_unreadable([error.unreadable])


def _stored(wanted: ProjectAlerts, storage: RuleStorage) -> ProjectAlerts:
    """Store these rules, unless they are stored."""
    project = wanted.project
    if storage.rules.put(wanted):
        log_event(
            "alert settings changed",
            project=project,
            revision=wanted.revision,
            by=wanted.set_by,
            of_stage=wanted.of_stage,
        )
        return wanted
    known = storage.holding(project)
    if replace(known, set_at=wanted.set_at) == wanted:
        return known
    raise WrongState(
        f"{known.set_by or 'somebody'} has changed the alert settings of project {project} since you saw them: "
        f"they have revision {known.revision} now. Look at them, then change them again"
    )


def _too_large(new: NewRules, largest: float) -> Iterator[tuple[str, str]]:
    rules = {"others": new.others} | {f"lines.{line}": each for line, each in new.lines.items()}
    for name, rule in rules.items():
        if rule.confidence > largest:
            yield (f"{name}.confidence", f"must be at most {largest:g}, as the stage's AlertConfidenceLimit says")
