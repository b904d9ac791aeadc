"""Builds the administration."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.access.wiring import AccessWiring
from chalicelib.aws.platform import Platform

if TYPE_CHECKING:
    from chalicelib.access.domain import AccessKey, Grant
    from chalicelib.administration.settings import StageSettings


class AdministrationWiring:
    """The use cases on keys, and the settings of the stage."""

    def __init__(self, platform: Platform, access: AccessWiring) -> None:
        self._platform = platform
        self._access = access

    @cached_property
    def list_keys(self) -> "Callable[[Grant], list[AccessKey]]":
        """List the keys of a project."""
        from chalicelib.administration.manage_keys import list_keys

        return partial(list_keys, keys=self._access.keys)

    @cached_property
    def make_key(self) -> "Callable[..., tuple[AccessKey, str]]":
        """Make a key."""
        from chalicelib.administration.manage_keys import make_key

        access = self._access
        return partial(make_key, require_lasting=access.require_lasting, issue_key=access.issue_key)

    @cached_property
    def revoke_key(self) -> "Callable[[str, Grant], AccessKey]":
        """Revoke a key."""
        from chalicelib.administration.manage_keys import revoke_key

        return partial(revoke_key, keys=self._access.keys, clock=self._platform.clock)

    @cached_property
    def settings(self) -> "StageSettings":
        """The settings of the stage."""
        from chalicelib.administration.settings import StageSettings

        return StageSettings.from_environment(self._platform.settings.stage)
