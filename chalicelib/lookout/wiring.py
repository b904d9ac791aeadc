"""Builds the Lookout for Vision API."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.access.domain import Grant
from chalicelib.access.wiring import AccessWiring
from chalicelib.aws.platform import Platform
from chalicelib.lookout.detect import Detected, ImageToInspect, detect_anomalies
from chalicelib.lookout.detection_metrics import measured, not_measured
from chalicelib.lookout.ports import Detector
from chalicelib.projects.arns import Arns

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
        return FunctionDetector(self._platform.clients.functions_at_once, name)

    @cached_property
    def detect_anomalies(self) -> Callable[[ImageToInspect, Grant], Detected]:
        """Inspect an image with a hosted version."""
        return partial(
            detect_anomalies,
            registry=self.projects.registry,
            detector=self.detector,
            measured=measured if self._platform.settings.metrics_per_version else not_measured,
        )

    @property
    def path_before(self) -> str:
        """What a proxy takes away of the path that clients sign."""
        return self._platform.settings.api_path_before

    @cached_property
    def arns(self) -> Arns:
        """The names of resources."""
        return self.projects.arns
