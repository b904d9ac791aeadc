"""Builds the access capability."""

from collections.abc import Callable
from functools import cached_property, partial
from secrets import token_hex

from chalicelib.access.access_keys import authorize, issue_key
from chalicelib.access.domain import AccessKey, Grant
from chalicelib.access.ports import AccessKeys
from chalicelib.aws.platform import Platform


class AccessWiring:
    """The store of keys and the use cases on it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def keys(self) -> AccessKeys:
        """The table of keys."""
        from chalicelib.access.dynamodb import DynamoDBAccessKeys

        return DynamoDBAccessKeys(self._platform.clients.dynamodb, self._platform.settings.name("keys"))

    @cached_property
    def authorize(self) -> Callable[[str], Grant | None]:
        """Check a token."""
        return partial(authorize, keys=self.keys)

    @cached_property
    def issue_key(self) -> Callable[..., tuple[AccessKey, str]]:
        """Issue a key with its token."""
        return partial(issue_key, keys=self.keys, clock=self._platform.clock, random_hex=token_hex)
