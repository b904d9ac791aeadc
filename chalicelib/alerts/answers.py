"""What the API and the commands answer of alert settings, as JSON."""

from typing import TypedDict

from chalicelib.alerts.rules import AlertRule, ProjectAlerts
from chalicelib.core.texts import Instant


class RuleAnswer(TypedDict):
    """When a line alerts: see the request."""

    confidence: float
    window_seconds: int
    silent: list[str]


class RulesAnswer(TypedDict):
    """When the lines of a project alert: those in `lines` by their own rule, all `others` by one.

    With `of_stage` they are the stage's settings. `set_by` and `set_at` say who changed that last: null, with the
    revision 0, before the first change. `largest_confidence` is what the stage allows.
    """

    project: str
    revision: int
    others: RuleAnswer
    lines: dict[str, RuleAnswer]
    set_by: str | None
    set_at: Instant | None
    of_stage: bool
    largest_confidence: float


def rules_as_json(rules: ProjectAlerts, largest: float) -> RulesAnswer:
    """The rules of a project."""
    return {
        "project": rules.project,
        "revision": rules.revision,
        "others": rule_as_json(rules.others),
        "lines": {line: rule_as_json(each) for line, each in sorted(rules.lines.items())},
        "set_by": rules.set_by or None,
        "set_at": None if rules.set_at is None else rules.set_at.isoformat(),
        "of_stage": rules.of_stage,
        "largest_confidence": largest,
    }


def rule_as_json(rule: AlertRule) -> RuleAnswer:
    """One rule, as a request has it."""
    return {
        "confidence": rule.confidence,
        "window_seconds": int(rule.window.total_seconds()),
        "silent": sorted(rule.silent),
    }
