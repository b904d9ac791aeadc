"""Pause and change a stack's event source mappings."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from linewatch.stack.local import LocalStack

SETTLED_SECONDS = 3
"""The longest time that a running poll still takes."""


def mappings_of(stack: LocalStack, handler: str = "") -> list[str]:
    """The ids of the mappings of one handler, or of all handlers."""
    mappings = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [each["UUID"] for each in mappings if each["FunctionArn"].endswith(handler)]


def update(stack: LocalStack, mappings: list[str], **settings: Any) -> None:
    """Change the settings of these mappings."""
    client = stack.client("lambda")
    for mapping in mappings:
        client.update_event_source_mapping(UUID=mapping, **settings)


@contextmanager
def paused(stack: LocalStack, handler: str = "") -> Iterator[None]:
    """During the block, deliver no messages to the handler, or to any handler, and let nobody switch them on again."""
    mappings, follower = mappings_of(stack, handler), f"linewatch-{stack.stage}-follow_hosting"
    stack.client("lambda").put_function_concurrency(FunctionName=follower, ReservedConcurrentExecutions=0)
    update(stack, mappings, Enabled=False)
    time.sleep(SETTLED_SECONDS)
    try:
        yield
    finally:
        update(stack, mappings, Enabled=True)
        stack.client("lambda").delete_function_concurrency(FunctionName=follower)
