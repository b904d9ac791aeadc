"""Builds the page."""

from functools import cached_property

from chalicelib.aws.platform import Platform
from chalicelib.page.files import PageFiles
from chalicelib.page.headers import policy


class PageWiring:
    """The files of the page and their headers."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def files(self) -> PageFiles:
        """The files."""
        return PageFiles()

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy of this stage."""
        return policy(self._platform.links.origin(self._platform.settings.bucket))
