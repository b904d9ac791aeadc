"""Records which permissions were needed, from the calls that botocore makes or signs."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.handlers
import pytest
from boto3.session import Session
from botocore.model import OperationModel

from tests.pipeline.wire import Wire
from tests.rights.needs import Need, needs_of


class RecordingWire(Wire):
    """A wire that also keeps what each handler needed. A signed URL needs what its request would."""

    def __init__(self) -> None:
        super().__init__()
        self.needed: dict[str, set[Need]] = defaultdict(set)

    def session(self) -> Session:
        session = super().session()
        session.events.register("before-parameter-build", self._record)
        return session

    def _record(self, params: dict[str, Any], model: OperationModel, **_: object) -> None:
        if self._handler is not None:
            self.needed[self._handler] |= needs_of(model.service_model.service_name, model.name, params)


@contextmanager
def recording() -> Iterator[set[Need]]:
    """What all sessions of boto3 that are made in the block need."""
    needed: set[Need] = set()

    def record(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        needed.update(needs_of(model.service_model.service_name, model.name, params))

    with pytest.MonkeyPatch.context() as patch:
        handlers: list[object] = [*botocore.handlers.BUILTIN_HANDLERS, ("before-parameter-build", record)]
        patch.setattr(botocore.handlers, "BUILTIN_HANDLERS", handlers)
        yield needed
