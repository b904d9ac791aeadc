"""The table of what persons said will not come back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched, product
from typing import TYPE_CHECKING

from chalicelib.recovery.domain import Acknowledgement, Gap

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef

_LARGEST_REQUEST = 99
"""Keys of one BatchGetItem request, all gaps of an inspection together; AWS allows 100."""


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
        """Consistent reads, 33 ids each; none when there are no ids."""
        names = [f"{gap}#{inspection_id}" for inspection_id, gap in product(inspection_ids, Gap)]
        found: set[tuple[Gap, str]] = set()
        for some in batched(names, _LARGEST_REQUEST):
            wanted: dict[str, KeysAndAttributesTypeDef] = {
                self._table: {"Keys": [{"missing": {"S": name}} for name in some], "ConsistentRead": True}
            }
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                found |= {_missing_in(item) for item in answer["Responses"].get(self._table, [])}
                wanted = {**answer["UnprocessedKeys"]}  # type: ignore[dict-item]
        return found

    def all(self) -> Iterator[Acknowledgement]:
        """A scan: there are few."""
        for page in self._client.get_paginator("scan").paginate(TableName=self._table):
            for item in page["Items"]:
                gap, inspection_id = _missing_in(item)
                at = datetime.fromisoformat(item["at"]["S"])
                yield Acknowledgement(gap, inspection_id, item["by"]["S"], item["reason"]["S"], at)


def _missing_in(item: "dict[str, AttributeValueTypeDef]") -> tuple[Gap, str]:
    gap, _, inspection_id = item["missing"]["S"].partition("#")
    return Gap(gap), inspection_id
