"""The routes by which people export the answer of a named query. What answers them is imported when they are asked."""

import json
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.core.texts import Instant
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose
from chalicelib.lake.ports import FileKind
from chalicelib.lake.wiring import LakeWiring

if TYPE_CHECKING:
    from chalicelib.lake.export import Export

EXPORTS = "/projects/{project}/exports"
EXPORT = f"{EXPORTS}/{{export}}"


class NewExport(BaseModel):
    """A named query, and the days of capture (UTC) that it covers, both included: at most 400."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    query: str
    since: date
    until: date


class ExportQuery(BaseModel):
    """The kind of the file."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    kind: FileKind = "csv"


class NamedQueryAnswer(TypedDict):
    """A query that can be exported."""

    name: str
    description: str


class QueriesAnswer(TypedDict):
    """All queries that can be exported."""

    queries: list[NamedQueryAnswer]


class BegunExportAnswer(TypedDict):
    """An export that has begun: ask for this id until it is answered."""

    export: str


class ExportAnswer(TypedDict):
    """An export. `state` is `running`, `answered` or `failed`; then `reason` says why.

    Once it is answered, `rows` are those of the file, and `url` opens it without a key until `expires_at`. `bytes_read`
    are what the query read of the lake.
    """

    export: str
    state: str
    reason: str | None
    rows: int | None
    bytes_read: int
    url: str | None
    expires_at: Instant | None


def routes(authorize: ChaliceAuthorizer, lake: Callable[[], LakeWiring]) -> Blueprint:
    """What can be exported; begin an export, and look at one."""

    def list_queries(_request: Request, _grant: Grant, project: str) -> str:  # noqa: ARG001 - of the path
        """The queries that can be exported: one for each chart."""
        from chalicelib.lake.queries import named_queries

        known = named_queries().values()
        return json.dumps({"queries": [{"name": each.name, "description": each.description} for each in known]})

    def begin_export(request: Request, grant: Grant, project: str) -> str:
        """Begin to export the answer of a named query for the key's own project.

        It is asked of Athena, which bills what it reads. The key must cover all lines.
        """
        wanted = body_of(request, NewExport)
        begun = lake().begin_export(project, wanted.query, wanted.since, wanted.until, grant)
        return json.dumps(BegunExportAnswer(export=begun))

    def find_export(request: Request, grant: Grant, project: str, export: str) -> str:
        """How far an export is, and a link to its file. In the file no text is a formula, whatever it begins with.

        A file has at most 20,000 rows, and is kept for a week.
        """
        kind = query_of(request, ExportQuery).kind
        return json.dumps(_answer_of(export, lake().find_export(project, export, kind, grant)))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", EXPORTS), list_queries, authorize)
    expose(blueprint, ("POST", EXPORTS), begin_export, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", EXPORT), find_export, authorize)
    return blueprint


def _answer_of(export: str, found: "Export") -> ExportAnswer:
    link = found.link
    return ExportAnswer(
        export=export,
        state=found.state.value,
        reason=found.reason,
        rows=found.rows,
        bytes_read=found.bytes_read,
        url=None if link is None else link.url,
        expires_at=None if link is None else link.expires_at.isoformat(timespec="seconds"),
    )
