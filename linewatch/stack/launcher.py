"""Run the emulator so that a kill loses nothing. The emulator's own Python runs this file as a script.

By itself the emulator saves its state only when it stops in order. Here it also

- saves everything on request, which `up` does after each deployment;
- appends every change of a DynamoDB item to a journal before it makes the change;
- saves the messages of the queues every second;
- refuses an S3 object that it cannot write to disk;
- reads a table's stream at most four times a second, as Lambda does: else most batches have one record;
- imports REST APIs (api_import.py);
- knows views and parameters of queries (emulated_athena.py).

It has no other way to do so than to replace some functions of the emulator, whose version is pinned.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import UUID

sys.path.append(str(Path(__file__).parents[2]))

from linewatch.stack import api_import, emulated_athena
from linewatch.stack.items import Items
from linewatch.stack.saved_state import ITEMS, QUEUES, Journal, SavedStates, delete_unfinished, replace, write_or_link

CALLS = "/_linewatch/"
SETTLED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
_LARGEST_JOURNAL = 64 * 2**20
_QUEUES_EVERY = 1.0
_SHARE_OF_TIME = 0.05
_COPIES = 9
_WAKE_GAP = 0.005
"""Seconds. The emulator looks for messages at most so often; by itself each 0.05 s, while a worker waits."""

_STREAM_GAP = 0.25
"""Seconds between two reads of a stream ("Polling and batching streams", AWS Lambda: four times a second)."""

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


class NotSettled(Exception):
    """A deployment is in progress or has failed: this state must not replace the last good one."""


class Launcher:
    """The emulator with its saved states."""

    def __init__(self, folder: Path) -> None:
        self._states = SavedStates(folder / "states")
        self._saved = self._states.last()
        os.environ["STATE_DIR"] = str(self._saved or self._states.folder / "none")
        self._app, self._persistence = _module("app"), _module("core.persistence")
        self._dynamodb, self._sqs, self._s3 = (
            _module("services.dynamodb"),
            _module("services.sqs"),
            _module("services.s3"),
        )
        self._functions, self._stacks = _module("services.lambda_svc"), _module("services.cloudformation")
        api_import.install(_module("services.apigateway_v1"))
        emulated_athena.install(_module("services.athena"), _module("services.glue"))
        self._items = Items(self._dynamodb, Journal(self._saved / ITEMS) if self._saved else None)
        self._deployed: list[str] = []
        self._queues = ""
        self._read_again = 0.0
        self._connect()

    def run(self) -> None:
        """Serve until a signal."""
        self._app.main()

    def _connect(self) -> None:
        """Replace the emulator's functions; each of ours calls the original."""
        self._app.app = partial(self._serve, self._app.app)
        self._app.load_state = partial(self._load_state, self._app.load_state)
        self._app.save_all = self._save_at_exit
        self._functions._ESM_IDLE_WAKE_GAP_SECONDS = _WAKE_GAP
        self._functions._poll_dynamodb_streams = partial(self._read_streams, self._functions._poll_dynamodb_streams)
        self._s3._persist_object = partial(self._store_object, self._s3._persist_object)
        for service, restore in (
            (self._dynamodb, self._restore_items),
            (self._sqs, self._restore_queues),
            (self._functions, self._restore_functions),
            (self._stacks, self._restore_stacks),
        ):
            service.load_persisted_state = partial(restore, service.load_persisted_state)

    async def _serve(self, serve: Any, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CALLS):
            await self._call(scope["path"].removeprefix(CALLS), send)
            return
        if scope["type"] == "lifespan":
            self._saving = asyncio.create_task(self._keep_saving())
        await serve(scope, receive, send)

    def _load_state(self, load: Any, service: str) -> Any:
        """A file that cannot be read ends the start. The emulator would go on without it."""
        data = load(service)
        if data is None and self._saved and (self._saved / f"{service}.json").exists():
            raise SystemExit(f"{self._saved / service}.json cannot be read")
        return data

    def _restore_items(self, restore: Any, data: Any) -> None:
        restore(data)
        if self._saved:
            self._items.replay(self._saved / ITEMS)

    def _restore_queues(self, restore: Any, data: Any) -> None:
        """Show all messages again: whoever had received them has ended."""
        restore(data)
        for queue in self._sqs._queues.all_values():
            for message in queue["messages"]:
                message["visible_at"] = min(message.get("visible_at", 0), time.time())

    def _restore_functions(self, restore: Any, data: Any) -> None:
        """Forget the positions in the streams, whose records are not saved: it would skip as many new ones."""
        data.pop("dynamodb_stream_positions", None)
        restore(data)

    def _restore_stacks(self, restore: Any, data: Any) -> None:
        restore(data)
        self._deployed = self._deployments()

    def _store_object(self, store: Any, bucket: str, key: str, stored: Any) -> None:
        """Store it on disk, or refuse it. The emulator would only log that the disk is full."""
        store(bucket, key, stored)
        if stored.get("body") is not None:
            self._s3._buckets[bucket]["objects"].pop(key, None)
            delete_unfinished(Path(self._s3._object_disk_path(bucket, key)))
            raise OSError(f"{bucket}/{key} could not be written: see the log")

    def _read_streams(self, read: Callable[[], bool]) -> bool:
        """Read the streams unless that was just done; then the emulator's poller is woken when it is time again."""
        if time.monotonic() < self._read_again or not read():
            return False
        self._read_again = time.monotonic() + _STREAM_GAP
        Timer(_STREAM_GAP, self._functions._esm_wake.set).start()
        return True

    async def _call(self, name: str, send: Send) -> None:
        """Answer `pid`; `saved` (save if a deployment changed something since), and `save`."""
        status, text = 200, str(os.getpid())
        try:
            if name == "save" or (name == "saved" and self._deployments() != self._deployed):
                self.save()
        except (OSError, NotSettled) as error:
            status, text = 507, str(error)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": text.encode()})

    async def _keep_saving(self) -> None:
        """Save the queues every second, or less often when that takes long; and save all when the journal is long."""
        took = 0.0
        while True:
            await asyncio.sleep(max(_QUEUES_EVERY, took / _SHARE_OF_TIME))
            started = time.monotonic()
            try:
                if self._saved and self._items.journal:
                    self._save_queues(self._saved)
                    await asyncio.to_thread(self._items.journal.sync)
                    if self._items.journal.size > _LARGEST_JOURNAL:
                        self.save()
            except (OSError, RuntimeError, NotSettled) as error:
                print(f"not saved: {error}", file=sys.stderr)
            took = time.monotonic() - started

    def _save_queues(self, saved: Path) -> None:
        queues = self._text("sqs", _copied(self._sqs.get_state))
        if queues != self._queues:
            replace(saved / QUEUES, queues)
            self._queues = queues

    def save(self) -> None:
        """Save all. Raises OSError, or `NotSettled`; the last saved state and its journal then stay."""
        deployed = self._deployments()
        if not deployed:
            raise NotSettled("nothing is deployed")
        if unsettled := [each for each in deployed if each.rsplit(" ", 1)[1] not in SETTLED]:
            raise NotSettled(f"a deployment has not ended well: {', '.join(unsettled)}")
        self._saved = self._states.write(version("ministack"), self._write)
        earlier, self._items.journal = self._items.journal, Journal(self._saved / ITEMS)
        if earlier:
            earlier.close()
        self._deployed = deployed

    def _save_at_exit(self, _: Any) -> None:
        try:
            self.save()
        except (OSError, NotSettled) as error:
            print(f"not saved: {error}", file=sys.stderr)

    def _deployments(self) -> list[str]:
        """Each CloudFormation stack with the time of its last change, and its status at the end."""
        stacks = self._stacks._stacks.all_values()
        return sorted(f"{each['StackId']} {each.get('LastUpdatedTime')} {each['StackStatus']}" for each in stacks)

    def _write(self, folder: Path) -> None:
        self._functions.CODE_BLOB_DIR = str(folder / "lambda-blobs")
        for service, get_state in self._app._build_persistence_save_dict().items():
            if (state := _copied(get_state)) is not None:
                file = f"{service}.json"
                write_or_link(folder / file, self._text(service, state), self._saved and self._saved / file)

    def _text(self, service: str, state: Any) -> str:
        wrapped = {"__ministack_format__": self._persistence._state_format_version(service), "payload": state}
        return json.dumps(wrapped, default=self._plain)

    def _plain(self, value: Any) -> Any:
        """Answers of Athena hold values as DuckDB has them."""
        if isinstance(value, date | time_of_day | timedelta | Decimal | UUID):
            return str(value)
        return self._persistence._json_default(value)


def _module(name: str) -> Any:
    return import_module(f"ministack.{name}")


def _copied(get_state: Callable[[], Any]) -> Any:
    """The state of a service. A thread that changes it meanwhile ends the copy with RuntimeError: try again."""
    for _ in range(_COPIES):
        with suppress(RuntimeError):
            return get_state()
    return get_state()


if __name__ == "__main__":
    stack = Path(sys.argv.pop())
    replace(stack / "emulator.pid", str(os.getpid()))
    Launcher(stack).run()
