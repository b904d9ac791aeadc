"""The routes by which people see, set and reset when the lines of a project alert."""

import json
from collections.abc import Callable

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.alerts.wiring import AlertsWiring
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose

ALERT_SETTINGS = "/projects/{project}/alert-settings"


def routes(authorize: ChaliceAuthorizer, alerts: Callable[[], AlertsWiring]) -> Blueprint:
    """`GET`, `PUT` and `DELETE` of the settings."""

    def show_alert_settings(_request: Request, grant: Grant, project: str) -> str:
        """When the lines of a project alert."""
        from chalicelib.alerts.answers import rules_as_json

        rules = alerts().show_rules(project, grant)
        return json.dumps(rules_as_json(rules, alerts().stage_rules.largest))

    def set_alert_settings(request: Request, grant: Grant, project: str) -> str:
        """Set when the lines of a project alert.

        The body has all rules, and the revision that they replace. They hold within a minute.
        """
        from chalicelib.alerts.answers import rules_as_json
        from chalicelib.alerts.set_rules import NewRules

        rules = alerts().set_rules(project, body_of(request, NewRules), grant)
        return json.dumps(rules_as_json(rules, alerts().stage_rules.largest))

    def reset_alert_settings(request: Request, grant: Grant, project: str) -> str:
        """Reset when the lines of a project alert.

        The settings of the stage hold again, within a minute. `revision` is the one that the reset replaces.
        """
        from chalicelib.alerts.answers import rules_as_json
        from chalicelib.alerts.set_rules import Reset

        rules = alerts().reset_rules(project, query_of(request, Reset), grant)
        return json.dumps(rules_as_json(rules, alerts().stage_rules.largest))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", ALERT_SETTINGS), show_alert_settings, authorize)
    expose(blueprint, ("PUT", ALERT_SETTINGS), set_alert_settings, authorize)
    expose(blueprint, ("DELETE", ALERT_SETTINGS), reset_alert_settings, authorize)
    return blueprint
