"""List dead letters, and send them again after the reason for their failure was fixed."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import NoReturn

from chalicelib.core.errors import NotSent
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.relay import Change
from chalicelib.recovery.ports import DeadLetter, DeadLetterQueue

FAILED_IMAGES = "failed images"
"""The queue name of images that ran out of attempts. They are items of the table, not messages."""


@dataclass(frozen=True, slots=True)
class RedriveRoute:
    """A dead-letter queue and the function that sends a dead letter again; `NotSent` says why it cannot."""

    queue: DeadLetterQueue
    send: Callable[[DeadLetter], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome for one dead letter. `error` is None when it was sent again."""

    dead_letter: DeadLetter
    error: Exception | None = None


def dead_letters_in(routes: Sequence[RedriveRoute]) -> Iterator[DeadLetter]:
    """Every dead letter of every queue. The queues do not change."""
    for route in routes:
        with route.queue.held() as found:
            yield from found


def redrive(routes: Sequence[RedriveRoute], chosen: Callable[[DeadLetter], bool]) -> Iterator[Outcome]:
    """Send the chosen dead letters again.

    Each is sent before it is deleted: after a crash in between it may be sent twice, but it is not lost. A dead letter
    that fails stays in its queue and does not affect the others.
    """
    for route in routes:
        with route.queue.held() as found:
            for dead_letter in filter(chosen, found):
                try:
                    route.send(dead_letter)
                    route.queue.delete(dead_letter)
                except Exception as error:  # noqa: BLE001 - returned as this dead letter's outcome
                    yield Outcome(dead_letter, error)
                else:
                    yield Outcome(dead_letter)


class FailedImages:
    """The table's failed inspections. Each stays until a new verdict replaces it."""

    def __init__(self, inspections: Inspections) -> None:
        self._inspections = inspections

    def held(self) -> AbstractContextManager[Sequence[DeadLetter]]:
        """All failed inspections. Reading the table hides nothing from others."""
        return nullcontext([_dead_letter_of(inspection) for inspection in self._inspections.failed()])

    def delete(self, dead_letter: DeadLetter) -> None:
        """Do nothing: the next verdict replaces the inspection, and until then the image's status is `failed`."""


def _dead_letter_of(inspection: Inspection) -> DeadLetter:
    return DeadLetter(
        message_id=inspection.inspection_id,
        queue=FAILED_IMAGES,
        body=inspection.original_message or "",
        error=inspection.reason or "",
        since=inspection.inspected_at,
        attributes={"key": inspection.key},
    )


class RefuseDeadLetters:
    """Replaces the dead-letter queue during a redrive, so that a message that fails again is not sent there anew."""

    def put(self, body: str, error: str) -> NoReturn:
        """Raise `NotSent` with the error."""
        raise NotSent(f"it still cannot be translated: {error}")


def relay_again(dead_letter: DeadLetter, *, relay: Callable[[Sequence[Change]], object]) -> None:
    """Publish the event of a record of the stream that could not be translated before."""
    relay([json.loads(dead_letter.body)])
