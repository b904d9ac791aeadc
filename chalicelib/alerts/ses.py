"""Mails by Amazon SES."""

from typing import Any

from chalicelib.alerts.html_mail import html_of
from chalicelib.alerts.notifications import Notification


class SESMails:
    """From one sender, whom SES has verified, to one recipient. The client must not retry, as that of the topic."""

    def __init__(self, client: Any, *, sender: str, recipient: str) -> None:
        self._client = client
        self._sender = sender
        self._recipient = recipient

    def publish(self, notification: Notification) -> None:
        """One SendEmail request: HTML, and the same as text beside it."""
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [self._recipient]},
            Content={
                "Simple": {
                    "Subject": {"Data": notification.subject},
                    "Body": {
                        "Text": {"Data": notification.body, "Charset": "UTF-8"},
                        "Html": {"Data": html_of(notification), "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": "X-Linewatch-Alert", "Value": notification.alert_id}],
                }
            },
        )
