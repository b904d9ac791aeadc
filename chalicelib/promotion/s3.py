"""The files of comparisons in S3.

`comparisons/<project>/<comparison id>/` has `comparison.json`, `plan.json`, `parts/<folder>/<number>.json`,
`results/<number>.json`, `outcome.json` and `decision.json`. What reviews added to a data set is beside these folders.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from chalicelib.aws.s3_objects import content_of
from chalicelib.promotion.decision import DECISION, Decision
from chalicelib.promotion.domain import (
    COMPARISON,
    OUTCOME,
    PLAN,
    RESULT,
    SUBJECTS,
    Comparison,
    Judged,
    Outcome,
    Plan,
    Subject,
)
from chalicelib.promotion.labels import LEARNED, Learned

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "comparisons/"
_SOMEBODY_WAS_FASTER = {"PreconditionFailed", "ConditionalRequestConflict"}


class S3Comparisons:
    """Each file is one put or one get."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def add(self, comparison: Comparison) -> None:
        """`comparison.json`."""
        self._write(f"{_folder(comparison)}comparison.json", COMPARISON, comparison)

    def find(self, project: str, comparison_id: str) -> Comparison | None:
        """The same; None if there is none."""
        return self._read(f"{FOLDER}{project}/{comparison_id}/comparison.json", COMPARISON)

    def ids(self, project: str) -> list[str]:
        """A list of the project's folders."""
        folder = f"{FOLDER}{project}/"
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=folder, Delimiter="/"
        )
        found = (each["Prefix"] for page in pages for each in page.get("CommonPrefixes", []))
        return sorted((prefix.removeprefix(folder).rstrip("/") for prefix in found), reverse=True)

    def put_part(self, comparison: Comparison, folder: str, part: int, subjects: Sequence[Subject]) -> None:
        """`parts/<folder>/<number>.json`."""
        self._write(f"{_folder(comparison)}parts/{folder}/{part}.json", SUBJECTS, list(subjects))

    def part(self, comparison: Comparison, folder: str, part: int) -> list[Subject]:
        """The same. KeyError if there is none."""
        return self._existing(f"{_folder(comparison)}parts/{folder}/{part}.json", SUBJECTS)

    def settle_plan(self, comparison: Comparison, plan: Plan) -> Plan:
        """`plan.json`, by a conditional put, and a get."""
        key = f"{_folder(comparison)}plan.json"
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=PLAN.dump_json(plan), IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _SOMEBODY_WAS_FASTER:
                raise
        return self._existing(key, PLAN)

    def plan(self, comparison: Comparison) -> Plan | None:
        """The same; None if there is none."""
        return self._read(f"{_folder(comparison)}plan.json", PLAN)

    def put_result(self, comparison: Comparison, part: int, judged: Sequence[Judged]) -> None:
        """`results/<number>.json`."""
        self._write(f"{_folder(comparison)}results/{part}.json", RESULT, list(judged))

    def judged_parts(self, comparison: Comparison) -> set[int]:
        """A list of the results, a thousand by request."""
        return set(self._numbers(f"{_folder(comparison)}results/"))

    def result(self, comparison: Comparison, part: int) -> list[Judged]:
        """One result. KeyError if there is none."""
        return self._existing(f"{_folder(comparison)}results/{part}.json", RESULT)

    def put_outcome(self, comparison: Comparison, outcome: Outcome) -> None:
        """`outcome.json`."""
        self._write(f"{_folder(comparison)}outcome.json", OUTCOME, outcome)

    def outcome(self, comparison: Comparison) -> Outcome | None:
        """The same; None if there is none."""
        return self._read(f"{_folder(comparison)}outcome.json", OUTCOME)

    def put_decision(self, comparison: Comparison, decision: Decision) -> None:
        """`decision.json`."""
        self._write(f"{_folder(comparison)}decision.json", DECISION, decision)

    def decision(self, comparison: Comparison) -> Decision | None:
        """The same; None if there is none."""
        return self._read(f"{_folder(comparison)}decision.json", DECISION)

    def put_learned(self, project: str, revision: str, learned: Learned) -> None:
        """`comparisons/<project>/<revision>.json`."""
        self._write(f"{FOLDER}{project}/{revision}.json", LEARNED, learned)

    def learned(self, project: str, revision: str) -> Learned | None:
        """The same; None if there is none."""
        return self._read(f"{FOLDER}{project}/{revision}.json", LEARNED)

    def _numbers(self, folder: str) -> Iterator[int]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder):
            for each in page.get("Contents", []):
                yield int(each["Key"].removeprefix(folder).removesuffix(".json"))

    def _write[T](self, key: str, adapter: TypeAdapter[T], value: T) -> None:
        content = adapter.dump_json(value)
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/json")

    def _read[T](self, key: str, adapter: TypeAdapter[T]) -> T | None:
        content = content_of(self._client, self._bucket, key)
        return None if content is None else adapter.validate_json(content)

    def _existing[T](self, key: str, adapter: TypeAdapter[T]) -> T:
        found = self._read(key, adapter)
        if found is None:
            raise KeyError(key)
        return found


def _folder(comparison: Comparison) -> str:
    return f"{FOLDER}{comparison.project}/{comparison.comparison_id}/"
