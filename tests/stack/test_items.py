"""Each change of an item is in the journal before it is made, and a transaction is there as a whole or not at all."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linewatch.stack.items import Items
from linewatch.stack.saved_state import ITEMS, Journal, entries

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/keys"


class Tables:
    """The emulator's tables: one, of account 000000000000 in us-east-1."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"TableArn": ARN, "items": {}}

    def get_scoped(self, account: str, region: str, name: str) -> dict[str, Any] | None:
        """The table, None under any other name."""
        return self.keys if (account, region, name) == ("000000000000", "us-east-1", "keys") else None


class FullDisk:
    """A journal on a disk that is full."""

    def append(self, entry: Any) -> None:
        """Never works."""
        raise OSError(f"no space for {entry}")


def emulator() -> Any:
    """The functions of the emulator's DynamoDB that are replaced."""
    tables = Tables()

    def set_item(table: dict[str, Any], partition: str, sort: str, item: Any) -> None:
        table["items"].setdefault(partition, {})[sort] = item

    def remove_item(table: dict[str, Any], partition: str, sort: str) -> None:
        table["items"].get(partition, {}).pop(sort, None)

    dynamodb = SimpleNamespace(_tables=tables, _set_item=set_item, _remove_item=remove_item)

    def transact(puts: list[tuple[str, Any]]) -> int:
        for partition, item in puts:
            dynamodb._set_item(tables.keys, partition, "", item)
        return 200

    dynamodb._transact_write_items = transact
    dynamodb.load_persisted_state = lambda data: None
    return dynamodb


def stored(dynamodb: Any) -> dict[str, Any]:
    """The items by partition."""
    return {partition: sorts[""] for partition, sorts in dynamodb._tables.keys["items"].items() if "" in sorts}


def test_a_replay_makes_all_changes_again(tmp_path: Path) -> None:
    first = emulator()
    Items(first, Journal(tmp_path / ITEMS))
    first._set_item(first._tables.keys, "a", "", {"n": 1})
    first._set_item(first._tables.keys, "b", "", {"n": 2})
    first._set_item(first._tables.keys, "a", "", {"n": 3})
    first._remove_item(first._tables.keys, "b", "")
    assert first._transact_write_items([("c", {"n": 4}), ("d", {"n": 5})]) == 200
    second = emulator()
    Items(second, None).replay(tmp_path / ITEMS)
    assert stored(second) == stored(first) == {"a": {"n": 3}, "c": {"n": 4}, "d": {"n": 5}}


def test_a_transaction_is_one_line(tmp_path: Path) -> None:
    dynamodb = emulator()
    Items(dynamodb, Journal(tmp_path / ITEMS))
    dynamodb._transact_write_items([("a", 1), ("b", 2)])
    assert list(entries(tmp_path / ITEMS)) == [[[ARN, "a", "", 1], [ARN, "b", "", 2]]]


def test_what_cannot_be_written_to_the_journal_is_not_stored(tmp_path: Path) -> None:
    dynamodb = emulator()
    items = Items(dynamodb, Journal(tmp_path / ITEMS))
    dynamodb._set_item(dynamodb._tables.keys, "a", "", 1)
    items.journal = FullDisk()  # type: ignore[assignment]
    with pytest.raises(OSError, match="no space"):
        dynamodb._set_item(dynamodb._tables.keys, "a", "", 2)
    with pytest.raises(OSError, match="no space"):
        dynamodb._transact_write_items([("a", 3), ("b", 4)])
    with pytest.raises(OSError, match="no space"):
        dynamodb._remove_item(dynamodb._tables.keys, "a", "")
    assert stored(dynamodb) == {"a": 1}


def test_a_change_of_a_table_that_is_gone_is_named_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path / ITEMS)
    journal.append([[f"{ARN}-of-old", "a", "", 1], [ARN, "a", "", 2]])
    dynamodb = emulator()
    Items(dynamodb, journal).replay(tmp_path / ITEMS)
    assert stored(dynamodb) == {"a": 2}
    assert "keys-of-old, which is not a table" in capsys.readouterr().err
