"""The page is served to everybody, and holds nothing of anybody."""

import gzip
import re

import pytest
from chalice.test import HTTPResponse

from chalicelib.access.domain import Role
from chalicelib.page.files import INDEX, STATIC, PageFiles
from tests.http.conftest import Api


def directives(answer: HTTPResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return dict(each.split(" ", 1) for each in policy.split("; "))


@pytest.fixture
def files() -> PageFiles:
    return PageFiles()


def test_the_page_needs_no_key_and_is_asked_for_again_each_time(api: Api) -> None:
    answer = api.http.get("/page")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_every_address_in_the_page_is_relative_and_names_a_file(api: Api, files: PageFiles) -> None:
    """So the page works under the path of a stage, of a domain and of an emulator."""
    addresses = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', api.http.get("/page").body.decode())
    assert addresses
    for address in addresses:
        folder, edition, name = address.split("/")
        assert (folder, edition) == ("page", files.edition)
        assert name in files.texts


@pytest.mark.parametrize("name", sorted(PageFiles().texts))
def test_a_file_of_this_edition_is_cached_for_ever(api: Api, files: PageFiles, name: str) -> None:
    answer = api.http.get(f"/page/{files.edition}/{name}")
    assert (answer.status_code, answer.body.decode()) == (200, files.texts[name])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["0123456789abcdef/app.js", "{edition}/index.html", "{edition}/nothing.js"])
def test_a_file_of_another_edition_is_not_found(api: Api, files: PageFiles, path: str) -> None:
    answer = api.http.get(f"/page/{path.replace('{edition}', files.edition)}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "load the page again" in answer.json_body["message"]


def test_the_page_runs_its_own_scripts_and_styles_and_no_others(api: Api) -> None:
    policy = directives(api.http.get("/page"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|\*", str(policy))


def test_images_come_from_the_bucket_of_the_stage_alone(api: Api) -> None:
    policy = directives(api.http.get("/page"))
    bucket = "https://linewatch-test-123456789012.s3.eu-west-1.amazonaws.com"
    assert policy["img-src"] == f"'self' blob: data: {bucket}"
    assert policy["frame-src"] == bucket


@pytest.mark.parametrize("path", ["/page", "/page/{edition}/app.js", "/page/none/app.js"])
def test_every_file_has_the_headers_of_security(api: Api, files: PageFiles, path: str) -> None:
    headers = api.http.get(path.replace("{edition}", files.edition)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_page_is_small(files: PageFiles) -> None:
    sizes = [len(gzip.compress(text.encode())) for text in (files.index("", ""), *files.texts.values())]
    assert sum(sizes) < 100_000


def test_the_index_has_no_script_and_no_style_of_its_own() -> None:
    """The policy would refuse them."""
    index = (STATIC / INDEX).read_text()
    assert not re.search(r"<style|style=|<script(?![^>]*src)|\son\w+=", index)


def test_no_script_makes_html_of_a_text(files: PageFiles) -> None:
    """Names of projects, lines and cameras can hold anything in the eyes of a script."""
    for name, text in files.modules.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), name


@pytest.mark.parametrize("role", list(Role))
def test_a_key_says_what_it_allows(api: Api, role: Role) -> None:
    answer = api.get("/key", api.key(role, lines=("line-*",))).json_body
    assert answer.pop("key_id")
    assert answer == {"role": role, "project": "plates", "lines": ["line-*"], "cameras": ["*"], "projects": ["plates"]}
