"""Where a stack is deployed."""

from typing import Any, Protocol


class Account(Protocol):
    """An AWS account in a region: a real one, or the emulator's."""

    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def emulated(self) -> bool: ...
    def client(self, service: str) -> Any: ...
