"""Stand-ins for boto3's clients."""

from typing import Any


def as_client(fake: object) -> Any:
    """A fake that has the methods that are called of a client, as a client."""
    return fake
