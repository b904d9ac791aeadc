"""An alert goes out once by each channel, whatever fails, and one that fails does not keep the others from sending."""

from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.alerts.channels import Channels
from tests.alerts.test_notifications import a_notification
from tests.support.fake_alerts import FakeAlertLedger, FakeTopic

CALLS = ["is_sent", "topic", "mark_sent", "is_sent", "mail", "mark_sent"]


class Plant:
    """Two channels and the ledger. `made` are the calls; the one with the number `fails` fails, before or after it."""

    def __init__(self, fails: int | None = None, *, after: bool = False) -> None:
        self.topic, self.mail, self.ledger = FakeTopic(), FakeTopic(), FakeAlertLedger()
        self.made: list[str] = []
        self._fails, self._after = fails, after
        channels: dict[str, Any] = {
            "topic": SimpleNamespace(publish=self._called("topic", self.topic.publish)),
            "mail": SimpleNamespace(publish=self._called("mail", self.mail.publish)),
        }
        ledger: Any = SimpleNamespace(
            is_sent=self._called("is_sent", self.ledger.is_sent),
            mark_sent=self._called("mark_sent", self.ledger.mark_sent),
        )
        self.channels = Channels(channels, ledger)

    def _called(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            self.made.append(name)
            fails = len(self.made) - 1 == self._fails
            if fails and not self._after:
                raise ConnectionError(name)
            answer = call(*arguments)
            if fails:
                raise ConnectionError(name)
            return answer

        return called

    def deliver(self) -> int:
        """As the queue does, until it is done; how often."""
        for attempt in count(1):
            try:
                self.channels.publish(a_notification())
            except ExceptionGroup:
                continue
            return attempt
        raise AssertionError


def test_without_faults_each_channel_sends_once() -> None:
    plant = Plant()
    assert (plant.deliver(), plant.made) == (1, CALLS)
    plant.deliver()
    assert (len(plant.topic.sent), len(plant.mail.sent)) == (1, 1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fails", range(len(CALLS)))
def test_a_fault_at_any_call_loses_nothing_and_repeats_only_what_was_not_confirmed(fails: int, after: bool) -> None:
    plant = Plant(fails, after=after)
    plant.deliver()
    unconfirmed = CALLS[fails] if after else ""
    assert len(plant.topic.sent) == (2 if unconfirmed == "topic" else 1)
    assert len(plant.mail.sent) == (2 if unconfirmed == "mail" else 1)


def test_mails_that_are_refused_keep_nobody_from_being_alerted_once() -> None:
    plant = Plant()
    plant.mail.broken = True
    for _ in range(3):
        with pytest.raises(ExceptionGroup, match="1 channels"):
            plant.channels.publish(a_notification())
    assert len(plant.topic.sent) == 1
    plant.mail.broken = False
    plant.deliver()
    assert (len(plant.topic.sent), len(plant.mail.sent)) == (1, 1)
