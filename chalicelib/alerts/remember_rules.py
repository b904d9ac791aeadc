"""Which rule holds for a line, looked up once a minute and project: an alert costs no request for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.alerts.ports import ProjectRules
from chalicelib.alerts.rules import AlertRule, ProjectAlerts, StageAlerts
from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import UnreadableRecord

KEPT = timedelta(minutes=1)


@dataclass(slots=True)
class RememberedRules:
    """The rules of the projects whose images came last to this worker."""

    stage: StageAlerts
    rules: ProjectRules
    clock: Clock
    _known: dict[str, tuple[datetime, ProjectAlerts]] = field(default_factory=dict)

    def rule_of(self, project: str, line: str) -> AlertRule:
        """The rule of a line, at most a minute old."""
        now = self.clock()
        known = self._known.get(project)
        if known is None or now - known[0] >= KEPT:
            known = self._known[project] = (now, self._read(project))
        return known[1].rule_of(line)

    def _read(self, project: str) -> ProjectAlerts:
        """If they cannot be read, people are alerted by the stage's."""
        try:
            return self.stage.holding(project, self.rules.find(project))
        except UnreadableRecord as error:
            log_unreadable([error.unreadable])
            return self.stage.of(project)
