"""Asks the API for examples, which are about two inspections."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.access.domain import AccessKey, Grant, Role, hash_of, token_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from linewatch.dev.openapi.examples import Example
from tests.http.conftest import Api
from tests.support.builders import NOON, an_inspection
from tests.support.deployment import SETTINGS
from tests.support.fake_uploads import FakeInspector

SEEN: dict[str, Any] = {
    "verdict": Verdict.ANOMALOUS,
    "anomaly_probability": 0.96875,
    "confidence": 0.9375,
    "boxes": (Box(12, 8, 20, 16),),
    "area_fraction": 0.0208,
    "features": "filters",
    "bucket": SETTINGS.bucket,
}


def inspections() -> list[Inspection]:
    return [an_inspection("part-7", **SEEN), an_inspection("part-6", bucket=SETTINGS.bucket)]


@dataclass
class Asked:
    """The API with keys of known ids, and what was asked of it so far."""

    api: Api
    inspector: FakeInspector
    tokens: dict[str, str] = field(default_factory=dict)

    def add_key(self, key_id: str, role: Role, **scope: Any) -> None:
        self.api.keys.add(AccessKey(Grant(key_id, role, "plates", **scope), hash_of("secret"), NOON))
        self.tokens[key_id] = token_of(key_id, "secret")

    def ask(
        self,
        operation: str,
        name: str,
        request: str,
        body: object = None,
        who: str = "cam",
        kind: str = "application/json",
    ) -> Example:
        """Ask, with JSON or with text or bytes of another kind."""
        method, path = request.split(" ")
        sent = body.encode() if isinstance(body, str) else body
        answer = self.api.send(method, path, sent, self.tokens[who], kind)
        shown = None if isinstance(body, bytes) else body
        return Example(operation, name, request, shown, kind, answer.status_code, answer.json_body)
