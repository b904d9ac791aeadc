"""Keep DynamoDB's items through a kill: the emulator writes each change to a journal before it makes it."""

import sys
from pathlib import Path
from typing import Any

from linewatch.stack.saved_state import Journal, entries


class Items:
    """Writes the changes of DynamoDB's items to the journal, before they are made."""

    def __init__(self, dynamodb: Any, journal: Journal | None) -> None:
        self.journal = journal
        self._dynamodb = dynamodb
        self._set, self._remove = dynamodb._set_item, dynamodb._remove_item
        self._transact, self._restore = dynamodb._transact_write_items, dynamodb.load_persisted_state
        self._transaction: list[list[Any]] | None = None
        dynamodb._set_item, dynamodb._remove_item = self.set, self.remove
        dynamodb._transact_write_items = self.transact

    def set(self, table: Any, partition: str, sort: str, item: Any) -> Any:
        """Store an item and return the one before."""
        self._note(table, partition, sort, item)
        return self._set(table, partition, sort, item)

    def remove(self, table: Any, partition: str, sort: str) -> Any:
        """Delete an item and return it."""
        self._note(table, partition, sort, None)
        return self._remove(table, partition, sort)

    def transact(self, data: Any) -> Any:
        """Write all items of a transaction as one line. When that fails, none of them stays."""
        changes: list[list[Any]] = []
        self._transaction = changes
        try:
            result = self._transact(data)
        finally:
            self._transaction = None
        try:
            self._append([change[:4] for change in changes])
        except OSError:
            for table, partition, sort, _, before in reversed(changes):
                self._apply(table, partition, sort, before)
            raise
        return result

    def replay(self, file: Path) -> None:
        """Make the changes of a journal again."""
        for changes in entries(file):
            for table, partition, sort, item in changes:
                self._apply(table, partition, sort, item)

    def _note(self, table: Any, partition: str, sort: str, item: Any) -> None:
        if self._transaction is None:
            self._append([(table["TableArn"], partition, sort, item)])
        else:
            before = table["items"].get(partition, {}).get(sort)
            self._transaction.append([table["TableArn"], partition, sort, item, before])

    def _append(self, changes: list[Any]) -> None:
        if self.journal is not None and changes:
            self.journal.append(changes)

    def _apply(self, arn: str, partition: str, sort: str, item: Any) -> None:
        _, _, _, region, account, name = arn.split(":", 5)
        table = self._dynamodb._tables.get_scoped(account, region, name.removeprefix("table/"))
        if table is None:
            print(f"the journal names {arn}, which is not a table of the saved state", file=sys.stderr)
        elif item is None:
            self._remove(table, partition, sort)
        else:
            self._set(table, partition, sort, item)
