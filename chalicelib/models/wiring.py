"""Builds the models capability."""

import os
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.models.ports import LiveVersions, Models

if TYPE_CHECKING:
    from chalicelib.models.release_check import ReleaseCheck

NEW_VERSION = "LINEWATCH_NEW_VERSION"
"""The variable with the ARN of the version of inspect_images that is being released."""


class ModelsWiring:
    """The registry of model versions."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def registry(self) -> Models:
        """The projects table, and the model files in the bucket."""
        from chalicelib.models.registry import ModelRegistry

        clients, settings = self._platform.clients, self._platform.settings
        return ModelRegistry(
            clients.dynamodb,
            clients.s3,
            table=settings.name("projects"),
            bucket=settings.bucket,
            clock=self._platform.clock,
        )

    @property
    def release_check(self) -> "ReleaseCheck":
        """The check of the version of inspect_images that is being released."""
        from chalicelib.models.release_check import ReleaseCheck

        clients, table = self._platform.clients, self._platform.settings.name("projects")
        return ReleaseCheck(
            clients.dynamodb, clients.functions_once, clients.codedeploy, table=table, version=os.environ[NEW_VERSION]
        )

    @cached_property
    def live_versions(self) -> LiveVersions:
        """The projects table, as the registry of versions writes it."""
        from chalicelib.models.live_versions import DynamoDBLiveVersions

        return DynamoDBLiveVersions(self._platform.clients.dynamodb, self._platform.settings.name("projects"))

    @cached_property
    def check_file(self) -> Callable[[bytes], object]:
        """Check a model file and run its self-test; `ModelRefused` says what is wrong."""
        from chalicelib.models.registry import checked

        return partial(checked, version="not yet imported")
