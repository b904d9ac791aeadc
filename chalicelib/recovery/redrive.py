"""List dead letters, and send them again after the reason for their failure was fixed."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import NoReturn
from urllib.parse import quote

from chalicelib.core.clock import Clock
from chalicelib.core.errors import NotSent
from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.relay import Change
from chalicelib.recovery.ports import Archive, DeadLetter, DeadLetterQueue

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
    """Every dead letter of every queue. The queues do not change.

    A queue that cannot be read does not affect the others; the errors of all are raised at the end.
    """
    errors: list[Exception] = []
    for route in routes:
        try:
            with route.queue.held() as found:
                yield from found
        except Exception as error:  # noqa: BLE001 - raised below, after the other queues
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} queues could not be read", errors)


def redrive(routes: Sequence[RedriveRoute], chosen: Callable[[DeadLetter], bool]) -> Iterator[Outcome]:
    """Send the chosen dead letters again.

    Each is sent before it is deleted: after a crash in between it may be sent twice, but it is not lost. A dead letter
    that fails stays in its queue and does not affect the others.
    """
    yield from _moved(routes, chosen, lambda route, dead_letter: route.send(dead_letter))


def _moved(
    routes: Sequence[RedriveRoute],
    chosen: Callable[[DeadLetter], bool],
    move: Callable[[RedriveRoute, DeadLetter], object],
) -> Iterator[Outcome]:
    """Move each chosen dead letter, then delete it."""
    for route in routes:
        with route.queue.held() as found:
            for dead_letter in filter(chosen, found):
                try:
                    move(route, dead_letter)
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
        """All failed inspections that can be read. Reading the table hides nothing from others."""
        failed = self._inspections.failed()
        return nullcontext([_dead_letter_of(each) for each in failed if isinstance(each, Inspection)])

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


UNREADABLE_ITEMS = "unreadable items"
"""The name that stands for stored inspections that cannot be read."""


class UnreadableItems:
    """The table's inspections that cannot be read: the failed ones, and those that are asked for by their ids.

    A scan for all others would read the whole table; `audit` names those of the days that it compares.
    """

    def __init__(self, inspections: Inspections, clock: Clock, inspection_ids: Sequence[str] = ()) -> None:
        self._inspections = inspections
        self._clock = clock
        self._ids = inspection_ids

    def held(self) -> AbstractContextManager[Sequence[DeadLetter]]:
        """Those of them that exist. Reading the table hides nothing from others."""
        found = {each.name: each for each in self._inspections.failed() if isinstance(each, Unreadable)}
        named = filter(None, map(self._inspections.unreadable, self._ids))
        return nullcontext(
            [self._dead_letter_of(each) for each in (found | {each.name: each for each in named}).values()]
        )

    def delete(self, dead_letter: DeadLetter) -> None:
        """Remove the item. Its image has no inspection then, so the nightly comparison announces it again."""
        self._inspections.remove_unreadable(dead_letter.message_id)

    def _dead_letter_of(self, unreadable: Unreadable) -> DeadLetter:
        return DeadLetter(
            message_id=unreadable.name,
            queue=UNREADABLE_ITEMS,
            body=unreadable.content,
            error=unreadable.reason,
            since=self._clock(),
            attributes={},
        )


def refuse_to_send(dead_letter: DeadLetter) -> NoReturn:
    """For what cannot be sent again. Raises `NotSent`."""
    raise NotSent(
        f"{dead_letter.message_id} cannot be read, so it cannot be sent: set it aside with `dead-letters set-aside`,"
        " then `audit --repair` has its image inspected again"
    )


def set_aside(
    routes: Sequence[RedriveRoute], chosen: Callable[[DeadLetter], bool], *, archive: Archive
) -> Iterator[Outcome]:
    """Keep the chosen dead letters in the archive, and remove them from where they are.

    Each is kept before it is removed. A failed image cannot be set aside: it is what is known of the image.
    """
    yield from _moved(routes, chosen, lambda _, dead_letter: _keep(dead_letter, archive))


def _keep(dead_letter: DeadLetter, archive: Archive) -> None:
    if dead_letter.queue == FAILED_IMAGES:
        raise NotSent("a failed image stays until it has a verdict: send it again with `redrive`")
    name = f"{dead_letter.queue.replace(' ', '-')}/{quote(dead_letter.message_id, safe='')}.json"
    archive.keep(name, json.dumps(asdict(dead_letter), default=str))


class RefuseDeadLetters:
    """Replaces the dead-letter queue during a redrive, so that a message that fails again is not sent there anew."""

    def put(self, body: str, error: str) -> NoReturn:
        """Raise `NotSent` with the error."""
        raise NotSent(f"it still cannot be translated: {error}")


def relay_again(dead_letter: DeadLetter, *, relay: Callable[[Sequence[Change]], object]) -> None:
    """Publish the event of a record of the stream that could not be translated before."""
    relay([json.loads(dead_letter.body)])
