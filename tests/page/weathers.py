"""Ways in which the API fails a browser, and what a person should see then."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route

from tests.page.conftest import Visit

HOSTILE = "<img src=x onerror=alert(1)>"
GATEWAY_PAGE = "<html><body>Bad Gateway</body></html>"
CHANGES = {"POST", "PUT", "DELETE"}
# What people, files and cameras name: neither ids that addresses are made of, nor words with a meaning for the page.
NAMED = {"camera", "line", "facility", "reason", "kind", "comment", "message", "description", "note", "file", "title"}
NAMED |= {"reviewed_by", "asked_by", "by", "name", "what", "stage", "image_id"}

type Answer = Callable[[Route], None]


def gone(route: Route) -> None:
    route.abort()


def broken(route: Route) -> None:
    """What stands between answers in the place of Linewatch."""
    route.fulfill(status=502, body=GATEWAY_PAGE, content_type="text/html")


def busy(route: Route) -> None:
    route.fulfill(status=429, json={"message": "Too Many Requests"})


def signed_out(route: Route) -> None:
    route.fulfill(status=401, json={"message": "Unauthorized"})


def refused(route: Route) -> None:
    """The role may not do this, and the session is valid."""
    if route.request.url.endswith("/key"):
        return route.continue_()
    return route.fulfill(status=403, json={"code": "Forbidden", "message": "the session may not do this"})


def deleted(route: Route) -> None:
    route.fulfill(status=404, json={"code": "NotFound", "message": "there is no such thing any more"})


def conflict(route: Route) -> None:
    """Somebody else was faster."""
    if route.request.method not in CHANGES:
        return route.continue_()
    return route.fulfill(status=409, json={"code": "WrongState", "message": "somebody else has changed it"})


def hostile(route: Route) -> None:
    """Each name in the answer has HTML in it."""
    answer = route.fetch()
    if "json" in answer.headers.get("content-type", ""):
        route.fulfill(status=answer.status, json=_renamed(answer.json()))
    else:
        route.fulfill(response=answer)


def _renamed(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _renamed(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, name) for each in value]
    return f"{HOSTILE}{value}" if isinstance(value, str) and name in NAMED else value


def slow(route: Route) -> None:
    """The answer comes when the weather is over."""


@contextmanager
def weather(visit: Visit, answer: Answer) -> Iterator[None]:
    """All requests of the API are answered so during the block."""
    api = re.compile(rf"{re.escape(visit.url)}/(?!page)")
    visit.page.route(api, answer)
    yield
    visit.page.unroute_all(behavior="ignoreErrors")


def words(page: Page) -> str:
    """What a person can read beside the frame of the page."""
    return "\n".join(page.locator(".trouble, .body, dialog").all_inner_texts())
