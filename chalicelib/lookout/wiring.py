"""Builds the Lookout for Vision API."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.access.domain import Grant
from chalicelib.access.wiring import AccessWiring
from chalicelib.aws.platform import Platform
from chalicelib.lookout.ports import Detector
from chalicelib.projects.arns import Arns
from chalicelib.projects.detecting import hosted_model
from chalicelib.projects.domain import ModelVersion

if TYPE_CHECKING:
    from chalicelib.projects.wiring import ProjectsWiring


class LookoutWiring:
    """Who calls, the registry behind the API, and who inspects images."""

    def __init__(self, platform: Platform, access: AccessWiring, projects: "ProjectsWiring") -> None:
        self._platform = platform
        self.access = access
        self.projects = projects

    @cached_property
    def detector(self) -> Detector:
        """The function that inspects images at once."""
        from chalicelib.lookout.function import FunctionDetector

        name = self._platform.settings.name("inspect_at_once")
        return FunctionDetector(self._platform.clients.functions_once, name)

    @cached_property
    def hosted_model(self) -> Callable[[str, str, Grant], ModelVersion]:
        """The version that may inspect an image."""
        return partial(hosted_model, registry=self.projects.registry)

    @property
    def path_before(self) -> str:
        """What a proxy takes away of the path that clients sign."""
        return self._platform.settings.api_path_before

    @cached_property
    def arns(self) -> Arns:
        """The names of resources."""
        return self.projects.arns
