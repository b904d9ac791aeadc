"""Dead letters: where they lie, and how they are sent again once their cause is gone."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import NoReturn

from chalicelib.domain.inspection import Inspection
from chalicelib.errors import NotSent
from chalicelib.ports import Inspections, Letter, LetterBox
from chalicelib.stages.relay import Change

FAILED_IMAGES = "failed images"
"""The place of images that ran out of attempts: the table itself."""


@dataclass(frozen=True, slots=True)
class Redrivable:
    """A place of dead letters and how one of them is sent again; `NotSent` says why it cannot be."""

    box: LetterBox
    send: Callable[[Letter], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter: `error` is None when it was sent again."""

    letter: Letter
    error: Exception | None = None


def letters(places: Sequence[Redrivable]) -> Iterator[Letter]:
    """Everything that lies anywhere, left as it was."""
    for place in places:
        with place.box.held() as found:
            yield from found


def redrive(places: Sequence[Redrivable], chosen: Callable[[Letter], bool]) -> Iterator[Outcome]:
    """Send what is chosen again: first sent, then forgotten, so that dying in between sends it twice and loses none.

    A letter that fails stays where it lies and harms no other.
    """
    for place in places:
        with place.box.held() as found:
            for letter in filter(chosen, found):
                try:
                    place.send(letter)
                    place.box.forget(letter)
                except Exception as error:  # noqa: BLE001 - told as this letter's outcome
                    yield Outcome(letter, error)
                else:
                    yield Outcome(letter)


class FailedImages:
    """The table's failed inspections. One lies there until a new verdict takes its place."""

    def __init__(self, inspections: Inspections) -> None:
        self._inspections = inspections

    def held(self) -> AbstractContextManager[Sequence[Letter]]:
        """A look at the table disturbs nobody."""
        return nullcontext([_letter_of(inspection) for inspection in self._inspections.failed()])

    def forget(self, letter: Letter) -> None:
        """The verdict to come replaces it; until then it is what is known of the image."""


def _letter_of(inspection: Inspection) -> Letter:
    return Letter(
        letter_id=inspection.inspection_id,
        place=FAILED_IMAGES,
        body=inspection.original_message or "",
        cause=inspection.reason or "",
        since=inspection.inspected_at,
        attributes={"key": inspection.key},
    )


class RefuseDeadLetters:
    """Stands for a dead-letter queue when one of its own letters is tried again: it may not come back as a new one."""

    def put(self, body: str, cause: str) -> NoReturn:
        """`NotSent` with the cause."""
        raise NotSent(f"it still cannot be translated: {cause}")


def relay_again(letter: Letter, *, relay: Callable[[Sequence[Change]], object]) -> None:
    """Tell the bus what a record of the stream says, now that it can be translated."""
    relay([json.loads(letter.body)])
