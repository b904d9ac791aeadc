"""Builds the page."""

from functools import cached_property

from chalicelib.aws.platform import Platform
from chalicelib.page.files import PageFiles
from chalicelib.page.headers import policy
from chalicelib.people.wiring import PeopleWiring


class PageWiring:
    """The files of the page and their headers."""

    def __init__(self, platform: Platform, people: PeopleWiring) -> None:
        self._platform = platform
        self._people = people

    @cached_property
    def files(self) -> PageFiles:
        """The files."""
        return PageFiles()

    @cached_property
    def index(self) -> str:
        """The HTML file of this stage."""
        return self.files.index(self._people.login_address, self._platform.settings.page_client)

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy of this stage."""
        return policy(self._platform.links.origin(self._platform.settings.bucket))
