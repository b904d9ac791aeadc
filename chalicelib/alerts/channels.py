"""Send a notification by several channels, by each of them once."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.ports import AlertTopic, Deliveries
from chalicelib.alerts.record_delivery import record_delivery


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels by name. Whoever publishes holds the alert, so no other worker publishes the same at this time.

    A channel that fails does not keep the others from sending, and does not make them send again: what went out is
    recorded by alert and channel. It goes out twice by a channel only if that could not be recorded.
    """

    channels: Mapping[str, AlertTopic]
    deliveries: Deliveries

    def publish(self, notification: Notification) -> None:
        """Send what was not sent yet. All errors are raised at the end, as an ExceptionGroup."""
        errors: list[Exception] = []
        for name, channel in self.channels.items():
            try:
                self._send(f"{notification.alert_id}/{name}", channel, notification)
            except Exception as error:  # noqa: BLE001 - raised below, with the others
                errors.append(error)
        if errors:
            raise ExceptionGroup(f"{len(errors)} channels did not take alert {notification.alert_id}", errors)

    def _send(self, delivery: str, channel: AlertTopic, notification: Notification) -> None:
        if self.deliveries.is_sent(delivery):
            return
        channel.publish(notification)
        record_delivery(lambda: self.deliveries.mark_sent(delivery))
