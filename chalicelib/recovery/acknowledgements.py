"""The table of what persons said will not come back."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from chalicelib.aws.dynamodb import Item, existing
from chalicelib.core.clock import moment_of
from chalicelib.recovery.domain import Acknowledgement, Gap

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBAcknowledgements:
    """The acknowledgements table: hash key `missing`, which is `<gap>#<inspection id>`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, acknowledgement: Acknowledgement) -> None:
        """One put; a later word replaces an earlier one."""
        self._client.put_item(
            TableName=self._table,
            Item={
                "missing": {"S": f"{acknowledgement.gap}#{acknowledgement.inspection_id}"},
                "by": {"S": acknowledgement.by},
                "reason": {"S": acknowledgement.reason},
                "at": {"S": acknowledgement.at.isoformat()},
            },
        )

    def of(self, inspection_ids: Sequence[str]) -> set[tuple[Gap, str]]:
        """Consistent reads, a hundred gaps each; none when there are no ids."""
        keys: list[Item] = [{"missing": {"S": f"{gap}#{each}"}} for each, gap in product(inspection_ids, Gap)]
        return set(map(_missing_in, existing(self._client, self._table, keys)))

    def all(self) -> Iterator[Acknowledgement]:
        """A scan: there are few."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table):
            for item in page["Items"]:
                gap, inspection_id = _missing_in(item)
                at = moment_of(item["at"]["S"])
                yield Acknowledgement(gap, inspection_id, item["by"]["S"], item["reason"]["S"], at)


def _missing_in(item: Item) -> tuple[Gap, str]:
    gap, _, inspection_id = item["missing"]["S"].partition("#")
    return Gap(gap), inspection_id
