"""The Lambda events of alerts."""

from collections.abc import Mapping
from typing import Any

from chalicelib.alerts.raise_alert import AlertOutcome
from chalicelib.alerts.wiring import AlertsWiring
from chalicelib.aws.eventbridge import event_in, notice_in
from chalicelib.aws.observability import log_event
from chalicelib.aws.sqs_batch import BatchAnswer, Message, each_message


def raise_alerts(lambda_event: Mapping[str, Any], alerts: AlertsWiring) -> BatchAnswer:
    """Alert people to inspections that need their attention, to the end of a day's inspection and to drifts."""
    platform = alerts.platform
    traced, raise_alert = platform.tracer(), alerts.raise_alert

    def handle(message: Message) -> None:
        if (notice := notice_in(message.body)) is not None:
            log_event(f"notice {alerts.raise_notice(notice)}", project=notice.project, alert_id=notice.event_id)
            return
        event = event_in(message.body)
        with traced("raise_alert") as annotate:
            annotate([event.correlation_id])
            outcome = raise_alert(event)
        if outcome is not AlertOutcome.QUIET:
            log_event(
                f"alert {outcome}",
                project=event.inspection.project,
                line=event.inspection.line,
                correlation_id=event.correlation_id,
                inspection_id=event.inspection.inspection_id,
                alert_id=event.event_id,
                verdict=event.inspection.verdict,
            )

    return each_message(lambda_event, handle, platform)


def send_digests(alerts: AlertsWiring) -> None:
    """Send the digests of the closed windows."""
    alerts.send_digests()
