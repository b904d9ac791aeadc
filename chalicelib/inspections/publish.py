"""Publish events: on the bus, whose rules say who gets them, and past it to the queue of the lake, which gets all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.aws.eventbridge import message_of
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.inspections.ports import Publisher


@dataclass(frozen=True, slots=True)
class BusAndLake:
    """The bus and the queue of the lake. `send_to_lake` sends bodies of messages; it may raise `NotSent`.

    The bus comes first, since people wait for alerts. If the queue then fails, all is published again, which everyone
    who reads events allows for.
    """

    bus: Publisher
    send_to_lake: Callable[[Sequence[str]], None]

    def publish(self, events: Sequence[AnyInspectionEvent]) -> list[tuple[AnyInspectionEvent, str]]:
        """Publish the events. What the bus will never accept does not go to the lake either, and is returned."""
        refused = self.bus.publish(events)
        never = {id(event) for event, _ in refused}
        self.send_to_lake([message_of(event) for event in events if id(event) not in never])
        return refused
