"""How a deployment alerts without rules of a project: what its function has in its environment."""

from chalicelib.alerts.settings import AlertSettings
from chalicelib.alerts.wiring import AlertsWiring
from linewatch.stack.target import Target


def alerts_of(target: Target) -> AlertsWiring:
    """The alerts of a deployment with the settings that it has."""
    alerts = target.linewatch().alerts
    name = f"linewatch-{target.stage}-raise_alerts"
    function = target.client("lambda").get_function_configuration(FunctionName=name)
    alerts.settings = AlertSettings.from_environment(function["Environment"]["Variables"])
    return alerts
