"""Fakes for boto3's clients."""

from typing import Any


def as_client(fake: object) -> Any:
    """The fake, typed as any client. It needs only the methods that the code calls."""
    return fake
