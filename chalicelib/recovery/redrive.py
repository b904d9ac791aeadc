"""Dead letters: where they are, and how they are sent again once what made them fail is gone."""

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
"""The queue of images that ran out of attempts: the table itself."""


@dataclass(frozen=True, slots=True)
class RedriveRoute:
    """A queue of dead letters and how one of them is sent again; `NotSent` says why it cannot be."""

    queue: DeadLetterQueue
    send: Callable[[DeadLetter], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one dead letter: `error` is None when it was sent again."""

    dead_letter: DeadLetter
    error: Exception | None = None


def dead_letters_in(routes: Sequence[RedriveRoute]) -> Iterator[DeadLetter]:
    """Every dead letter of every queue, left as it was."""
    for route in routes:
        with route.queue.held() as found:
            yield from found


def redrive(routes: Sequence[RedriveRoute], chosen: Callable[[DeadLetter], bool]) -> Iterator[Outcome]:
    """Send what is chosen again: first sent, then deleted, so that dying in between sends it twice and loses none.

    A dead letter that fails stays in its queue and harms no other.
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
    """The table's failed inspections. One stays there until a new verdict replaces it."""

    def __init__(self, inspections: Inspections) -> None:
        self._inspections = inspections

    def held(self) -> AbstractContextManager[Sequence[DeadLetter]]:
        """A look at the table disturbs nobody."""
        return nullcontext([_dead_letter_of(inspection) for inspection in self._inspections.failed()])

    def delete(self, dead_letter: DeadLetter) -> None:
        """Nothing: the verdict to come replaces it, and until then it is what is known of the image."""


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
    """Stands in for a dead-letter queue while one of its messages is tried again: none may come back as new."""

    def put(self, body: str, error: str) -> NoReturn:
        """`NotSent` with the error."""
        raise NotSent(f"it still cannot be translated: {error}")


def relay_again(dead_letter: DeadLetter, *, relay: Callable[[Sequence[Change]], object]) -> None:
    """Publish what a record of the stream says, now that it can be translated."""
    relay([json.loads(dead_letter.body)])
