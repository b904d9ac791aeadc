"""Builds the models capability."""

from functools import cached_property

from chalicelib.aws.platform import Platform
from chalicelib.models.ports import Models


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
