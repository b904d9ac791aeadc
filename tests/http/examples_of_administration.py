"""Examples of keys and settings."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.access.domain import AccessKey, Grant, Role, token_of
from linewatch.dev.openapi.examples import Example
from tests.http.asked import Asked
from tests.support.builders import NOON

KEY_ID = "4f1c09a7b2de"


def of_administration(asked: Asked) -> Iterator[Example]:
    """A key is made and revoked; one that gives away too much is not made; the settings."""
    issued: Any = partial(_issued, asked)
    asked.api.linewatch.access.issue_key = issued
    ask = partial(asked.ask, who="eva")
    new = {"role": "camera", "lines": ["line-1"], "cameras": ["cam-*"], "note": "line 1", "hours": 8760}
    yield ask("make_key", "of a camera", "POST /keys", new)
    yield ask("make_key", "without a line", "POST /keys", {"role": "viewer", "lines": []})
    yield ask("list_keys", "the keys of a project", "GET /keys")
    yield ask("revoke_key", "revoked", f"DELETE /keys/{KEY_ID}")
    yield ask("revoke_key", "unknown", "DELETE /keys/none")
    yield asked.ask("show_settings", "a stage", "GET /settings", who="ben")
    yield from _of_alert_settings(asked)


def _of_alert_settings(asked: Asked) -> Iterator[Example]:
    """Those of the stage, two changes, of which one comes too late, and a reset."""
    path = "/projects/plates/alert-settings"
    rule = {"confidence": 0.2, "window_seconds": 300}
    new = {"revision": 0, "others": rule, "lines": {"line-7": rule | {"confidence": 0.35, "silent": ["rejected"]}}}
    yield asked.ask("show_alert_settings", "the stage's", f"GET {path}", who="ben")
    yield asked.ask("set_alert_settings", "a line of its own", f"PUT {path}", new, who="eva")
    yield asked.ask("set_alert_settings", "changed meanwhile", f"PUT {path}", new | {"lines": {}}, who="eva")
    yield asked.ask("reset_alert_settings", "to the stage's", f"DELETE {path}?revision=1", who="eva")


def _issued(asked: Asked, role: Role, project: str, *, note: str, lifetime: timedelta, by: str, **scope: Any) -> Any:
    """A key whose id is always the same; its token opens nothing."""
    grant = Grant(KEY_ID, role, project, **scope)
    key = AccessKey(grant, "0" * 64, created_at=NOON, note=note, expires_at=NOON + lifetime, made_by=by)
    asked.api.keys.add(key)
    return key, token_of(KEY_ID, "0" * 64)
