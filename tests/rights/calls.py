"""Records which permissions were needed, from the calls that botocore makes or signs."""

from collections import defaultdict
from typing import Any

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
