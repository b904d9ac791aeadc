"""Builds the lake capability."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import database_of
from chalicelib.lake.ports import Answers, Lake, LakeDays, Questions

if TYPE_CHECKING:
    from chalicelib.lake.export import Export


class LakeWiring:
    """The store of Parquet files, who runs SQL on it, and the use cases."""

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

    @cached_property
    def questions(self) -> Questions:
        """Who runs SQL on the lake."""
        from chalicelib.lake.athena import AthenaQuestions

        stage = self.platform.settings.stage
        return AthenaQuestions(self.platform.clients.athena, f"linewatch-{stage}", database_of(stage))

    @cached_property
    def answers(self) -> Answers:
        """The files of answers in the bucket."""
        from chalicelib.lake.s3_answers import S3Answers

        return S3Answers(self.platform.clients.s3, self.platform.settings.bucket, self.platform.links)

    @property
    def begin_export(self) -> Callable[..., str]:
        """Ask a named query."""
        from chalicelib.lake.export import begin_export

        return partial(begin_export, questions=self.questions)

    @property
    def find_export(self) -> "Callable[..., Export]":
        """Look at an export."""
        from chalicelib.lake.answer_file import file_of
        from chalicelib.lake.export import find_export

        return partial(find_export, questions=self.questions, answers=self.answers, make_file=file_of)
