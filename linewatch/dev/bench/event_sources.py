"""A stack's event source mappings, held and let go."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from linewatch.stack.local import LocalStack

SETTLED_SECONDS = 3
"""What a poll that was under way may still take."""


def mappings_of(stack: LocalStack, handler: str = "") -> list[str]:
    """The mappings of a handler, or of all."""
    found = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [each["UUID"] for each in found if each["FunctionArn"].endswith(handler)]


def change(stack: LocalStack, mappings: list[str], **settings: Any) -> None:
    """Change these mappings, all in the same way."""
    client = stack.client("lambda")
    for mapping in mappings:
        client.update_event_source_mapping(UUID=mapping, **settings)


@contextmanager
def held(stack: LocalStack, handler: str = "") -> Iterator[None]:
    """Keep the handler, or all of them, from their messages for as long as the block lasts."""
    mappings = mappings_of(stack, handler)
    change(stack, mappings, Enabled=False)
    time.sleep(SETTLED_SECONDS)
    try:
        yield
    finally:
        change(stack, mappings, Enabled=True)
