"""Poison in manifests that are put into the bucket, and in what S3 announces of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import app
from chalicelib.access.domain import Grant, Role
from tests.pipeline.account import client
from tests.poison.kind import Kind, Kinds, Put, Refused, Site, Trace
from tests.support.builders import NOON

ADMIN = Grant("a1", Role.ADMIN, "cups")
FOLDER = "datasets/cups/manifests/train"
QUEUE = "manifests"
NAMES = {
    "in no folder": "datasets/cups/manifests/{mark}.manifest",
    "in another folder": "datasets/cups/manifests/validation/{mark}.manifest",
    "of an unknown project": "datasets/nobody/manifests/train/{mark}.manifest",
    "of a project that is no name": "datasets/七 .. %2F/manifests/train/{mark}.manifest",
    "spaces and a plus": "datasets/cups/manifests/train/a {mark}+b.manifest",
    "percent": "datasets/cups/manifests/train/%2F{mark}%zz.manifest",
    "an emoji": "datasets/cups/manifests/train/🏭{mark}.manifest",
    "a newline": "datasets/cups/manifests/train/{mark}\n.manifest",
    "two dots": "datasets/cups/manifests/train/../{mark}.manifest",
    "quotes and angles": "datasets/cups/manifests/train/\"<{mark}>&'.manifest",
    "1,010 characters": "datasets/cups/manifests/train/{mark}" + "n" * 940 + ".manifest",
    "so long that a result has no room": "datasets/cups/manifests/train/{mark}" + "n" * 970 + ".manifest",
}


def _line(**changes: Any) -> str:
    label = {"class-name": "normal", "creation-date": "2026-03-14T12:00:00.000000"}
    content = {"source-ref": "s3://{bucket}/datasets/cups/images/{mark}.png", "check": 0, "check-metadata": label}
    return json.dumps(content | changes)


def _labelled(**metadata: Any) -> str:
    return _line(**{"check-metadata": {"class-name": "normal"} | metadata})


CONTENTS: Mapping[str, bytes | str] = {
    "nothing": b"",
    "empty lines": b"\n\r\n \n",
    "no JSON": b"{",
    "null": b"null",
    "zero bytes": bytes(1000),
    "UTF-16": "{}".encode("utf-16"),
    "not UTF-8": b'{"source-ref": "s3://\xe4"}',
    "a byte order mark": "\ufeff" + _line(),
    "8,000 brackets": b"[" * 8000,
    "a number of 5,000 digits": '{"source-ref": ' + "9" * 5000 + "}",
    "Infinity": _line(check=1).replace('"check": 1', '"check": 1e999'),
    "a line of 8,193 characters": _line(note="x" * 8193),
    "100,001 lines": b"\n" * 100_001,
    "10,000 wrong lines": b"x\n" * 10_000,
    "16 MB and a byte": bytes(16 * 1024 * 1024 + 1),
    "an image of another project": _line(**{"source-ref": "s3://{bucket}/datasets/plates/images/1.png"}),
    "an image of another bucket": _line(**{"source-ref": "s3://other/datasets/cups/images/1.png"}),
    "an image one folder up": _line(**{"source-ref": "s3://{bucket}/datasets/cups/../plates/1.png"}),
    "an image with half of a surrogate pair": _line(**{"source-ref": "s3://{bucket}/datasets/cups/\ud800"}),
    "an image with a key of 2,000 characters": _line(**{"source-ref": "s3://{bucket}/datasets/cups/" + "k" * 2000}),
    "an image that is a list": _line(**{"source-ref": ["s3://{bucket}/datasets/cups/1.png"]}),
    "a mask of another project": _line(**{"check-mask-ref": "s3://{bucket}/datasets/plates/masks/1.png"}),
    "a class that is a list": _labelled(**{"class-name": ["normal"]}),
    "metadata that is a text": _line(**{"check-metadata": "normal"}),
    "a date that is none": _labelled(**{"creation-date": "yesterday"}),
    "a date in the year 1": _labelled(**{"creation-date": "0001-01-01T00:00:00+14:00"}),
    "a date at the end of 9999": _labelled(**{"creation-date": "9999-12-31T23:59:59.999999-14:00"}),
    "one good line among bad ones": "{\n" + _line() + "\nnull\n" + _line(),
    "a field twice": '{"source-ref": "s3://other/1.png", ' + _line()[1:],
}

MESSAGES: Mapping[str, str] = {
    "no JSON": "{",
    "no records": "{}",
    "a list": "[]",
    "S3's test event": json.dumps({"Event": "s3:TestEvent"}),
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    names, contents = Kinds("manifests, a name", found), Kinds("manifests, content", found)
    for name, form in NAMES.items():
        names.add(name, _named, form=form)
    for name, content in CONTENTS.items():
        contents.add(name, _content, content=content)
    announced = Kinds("manifests, what is announced", found)
    for name, body in MESSAGES.items():
        announced.add(name, _message, body=body)
    announced.add("another bucket", _announced, bucket="another")
    announced.add("an image", _announced, key="images/plates/line-1/cam-1/2026-03-14/a")
    announced.add("a manifest that is gone", _announced, key=f"{FOLDER}/gone.manifest")
    announced.add("three times", _again)
    announced.add("replaced before it is read", _replaced)
    yield from found


def _filled(site: Site, content: bytes | str) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.replace("{bucket}", site.settings.bucket).replace("{mark}", site.mark).encode()


def _put(site: Site, key: str, content: bytes | str) -> Put:
    projects = app.linewatch.projects
    if projects.registry.find(ADMIN.project).project is None:
        projects.create_project(ADMIN.project, ADMIN)
    try:
        site.store(key, _filled(site, content))
    except Exception as error:  # noqa: BLE001 - the bucket's own limits are an end
        return Refused(f"{type(error).__name__}: {error}"[:200])
    return Trace((site.mark,))


def _named(site: Site, form: str) -> Put:
    project = form.split("/")[1]
    own = _line(**{"source-ref": f"s3://{{bucket}}/datasets/{project}/images/{{mark}}.png"})
    return _put(site, form.format(mark=site.mark), own)


def _content(site: Site, content: bytes | str) -> Put:
    return _put(site, f"{FOLDER}/{site.mark}.manifest", content)


def _message(site: Site, body: str) -> Put:
    put = site.send(QUEUE, body)
    return Trace(harmless=True) if "TestEvent" in body else put


def _announced(site: Site, **changes: str) -> Put:
    """Something that is not to be imported; only that of another bucket is a mistake of somebody."""
    bucket = changes.pop("bucket", site.settings.bucket)
    record = site.record(object={"key": f"{FOLDER}/{site.mark}.manifest", **changes})
    put = site.send(QUEUE, json.dumps({"Records": [record | {"s3": record["s3"] | {"bucket": {"name": bucket}}}]}))
    return Trace(harmless=True) if bucket == site.settings.bucket else put


def _again(site: Site) -> Put:
    key = f"{FOLDER}/{site.mark}.manifest"
    put = _put(site, key, _line())
    etag = client("s3").head_object(Bucket=site.settings.bucket, Key=key)["ETag"].strip('"')
    for _ in range(2):
        record = site.record(object={"key": key, "eTag": etag}, eventTime=NOON.isoformat())
        site.send(QUEUE, json.dumps({"Records": [record]}))
    return put


def _replaced(site: Site) -> Put:
    _content(site, "{")
    return _content(site, _line())
