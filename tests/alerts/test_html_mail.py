"""An alert as a mail that people read: what it says, that it is only text, and that SES takes it."""

from dataclasses import replace
from email.utils import parseaddr
from html.parser import HTMLParser

import boto3
import pytest
from moto import mock_aws
from moto.sesv2.models import sesv2_backends

from chalicelib.alerts.domain import Kind
from chalicelib.alerts.html_mail import html_of
from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.ses import SESMails
from chalicelib.core.inspection import Verdict
from tests.alerts.test_notifications import a_digest, a_notification
from tests.support.builders import an_inspection

REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""The one of moto."""
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">&amp;'


class Read(HTMLParser):
    """The tags, the links and the text of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n"


def test_a_mail_opens_the_card_and_says_what_the_text_says() -> None:
    notification = a_notification(verdict=Verdict.ANOMALOUS)
    read = Read(html_of(notification))
    assert notification.link is not None
    assert read.links == [notification.link[1]]
    for value in (notification.opening, "line-1", "cam-1", "UTC", notification.alert_id):
        assert value in read.text


def test_a_digest_opens_the_line_and_its_examples() -> None:
    digest = a_digest(*(an_inspection(f"part-{number}", verdict=Verdict.ANOMALOUS) for number in range(3)))
    links = Read(html_of(digest)).links
    assert len(links) == 4
    assert "/live/line-1?" in links[0]
    assert all("/inspections/" in each for each in links[1:])


def test_a_text_with_html_in_it_is_text() -> None:
    notification = a_notification(Kind.UNFAMILIAR, verdict=Verdict.UNFAMILIAR, confidence=None, reason=HOSTILE)
    for each in (notification, replace(notification, opening=HOSTILE, subject=HOSTILE, link=("Inspection", HOSTILE))):
        read = Read(html_of(each))
        assert HOSTILE in read.text
        assert read.tags.isdisjoint({"script", "img"})


@pytest.mark.parametrize("notification", [a_notification(), a_digest(an_inspection(verdict=Verdict.ANOMALOUS))])
def test_a_mail_has_no_picture_and_loads_nothing(notification: Notification) -> None:
    html = html_of(notification)
    assert Read(html).tags.isdisjoint({"img", "script", "link", "style", "iframe", "svg"})
    assert "url(" not in html


def test_ses_takes_it_with_the_text_beside() -> None:
    notification = a_notification(verdict=Verdict.ANOMALOUS)
    with mock_aws():
        client = boto3.client("sesv2", region_name=REGION, aws_access_key_id="id", aws_secret_access_key="secret")
        client.create_email_identity(EmailIdentity="line@example.com")
        SESMails(client, sender="line@example.com", recipient="quality@example.com").publish(notification)
        [sent] = sesv2_backends[ACCOUNT][REGION].core_backend.sent_messages
    assert parseaddr(sent.source)[1] == "line@example.com"
    assert sent.destinations["ToAddresses"] == ["quality@example.com"]
    assert sent.subject == notification.subject
