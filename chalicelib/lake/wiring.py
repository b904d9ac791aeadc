"""Builds the lake capability."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

from chalicelib.aws.platform import Platform
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.ports import Lake, LakeDays


class LakeWiring:
    """The store of Parquet files and the use cases on it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    @cached_property
    def store(self) -> Lake:
        """The Parquet files under `lake/` in the bucket."""
        from chalicelib.lake.s3 import ParquetLake

        return ParquetLake(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def days(self) -> LakeDays:
        """The same, to count."""
        from chalicelib.lake.s3 import ParquetLake

        return ParquetLake(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def archive(self) -> Callable[[Sequence[AnyInspectionEvent]], list[Exception | None]]:
        """Store events as rows of the lake."""
        from chalicelib.lake.archive import archive

        return partial(archive, lake=self.store)

    @cached_property
    def compact(self) -> Callable[[], int]:
        """Merge the files of each day and line."""
        from chalicelib.lake.compact import compact

        return partial(compact, lake=self.store)
