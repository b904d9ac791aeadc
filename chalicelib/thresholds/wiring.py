"""Builds the capability of thresholds."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.projects.wiring import ProjectsWiring

if TYPE_CHECKING:
    from chalicelib.projects.domain import ModelVersion
    from chalicelib.thresholds.move import Thresholds


class ThresholdsWiring:
    """The use cases, on the registry and the files of projects."""

    def __init__(self, platform: Platform, projects: ProjectsWiring) -> None:
        self._platform = platform
        self._projects = projects

    @cached_property
    def show_thresholds(self) -> "Callable[..., Thresholds]":
        """What each threshold does and costs."""
        from chalicelib.thresholds.move import show_thresholds

        return partial(show_thresholds, registry=self._projects.registry, files=self._projects.files)

    @cached_property
    def move_threshold(self) -> "Callable[..., ModelVersion]":
        """Make a version with another threshold."""
        from chalicelib.thresholds.move import move_threshold

        projects = self._projects
        return partial(move_threshold, registry=projects.registry, files=projects.files, clock=self._platform.clock)
