"""The routes that give the page to a browser, which are open to all, and the one that says what a key allows."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request, Response

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import NotFound
from chalicelib.http.responses import ANY_TYPE, Problem
from chalicelib.http.route import expose
from chalicelib.page.files import TYPES
from chalicelib.page.headers import SECURE
from chalicelib.page.wiring import PageWiring

FOR_EVER = "public, max-age=31536000, immutable"


class KeyAnswer(TypedDict):
    """What a key allows, or a session: then `key_id` is the person's name, and `projects` are all of the person's.

    Lines and cameras are patterns (`cam-*`, `line-?`).
    """

    key_id: str
    role: Role
    project: str
    lines: list[str]
    cameras: list[str]
    projects: list[str]


def routes(authorize: ChaliceAuthorizer, page: Callable[[], PageWiring]) -> Blueprint:
    """`GET /page`, `GET /page/{edition}/{file}` and `GET /key`."""
    blueprint = Blueprint(__name__)

    @blueprint.route("/page", methods=["GET"], content_types=ANY_TYPE)
    def show_page() -> Response:
        """The page in the browser."""
        return _file(page().index, "text/html", {"Cache-Control": "no-cache", **_policy(page())})

    @blueprint.route("/page/{edition}/{file}", methods=["GET"], content_types=ANY_TYPE)
    def show_page_file(edition: str, file: str) -> Response:
        """A file of the page; what is in an edition never changes."""
        files = page().files
        if edition != files.edition or file not in files.texts:
            message = json.dumps(Problem(code=NotFound.__name__, message="there is no such file: load the page again"))
            headers = {"Cache-Control": "no-store"}
            return _file(message, "application/json", headers, HTTPStatus.NOT_FOUND)
        return _file(files.texts[file], TYPES[f".{file.rpartition('.')[2]}"], {"Cache-Control": FOR_EVER})

    expose(blueprint, ("GET", "/key"), describe_key, authorize)
    return blueprint


def describe_key(_request: Request, grant: Grant) -> str:
    """What the key of this request allows."""
    answer: KeyAnswer = {
        "key_id": grant.key_id,
        "role": grant.role,
        "project": grant.project,
        "lines": list(grant.lines),
        "cameras": list(grant.cameras),
        "projects": list(grant.projects or (grant.project,)),
    }
    return json.dumps(answer)


def _policy(page: PageWiring) -> dict[str, str]:
    return {"Content-Security-Policy": page.policy}


def _file(content: str, kind: str, headers: dict[str, str], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(content, {"Content-Type": f"{kind}; charset=utf-8", **SECURE, **headers}, status.value)
