"""Poison in the bucket: odd names, odd content, odd metadata, and objects that change before they are read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.poison.kind import Kind, Kinds, Put, Refused, Site, Trace
from tests.support.builders import NOON

NAMES = {
    "right under images": "images/{mark}",
    "one folder": "images/plates/{mark}",
    "two folders": "images/plates/line-1/{mark}",
    "three folders": "images/plates/line-1/cam-1/{mark}",
    "one folder too many": "images/plates/line-1/cam-1/2026-03-14/a/{mark}",
    "spaces": "images/plates/line-1/cam-1/2026-03-14/a {mark} b",
    "a plus": "images/plates/line-1/cam-1/2026-03-14/a+{mark}",
    "percent": "images/plates/line-1/cam-1/2026-03-14/%2F{mark}%zz",
    "not ASCII": "images/plates/line-1/cam-1/2026-03-14/七{mark}",
    "an emoji as line": "images/plates/🏭/cam-1/2026-03-14/{mark}",
    "two dots as line": "images/plates/../cam-1/2026-03-14/{mark}",
    "an empty line": "images/plates//cam-1/2026-03-14/{mark}",
    "an absurd day": "images/plates/line-1/cam-1/9999-99-99/{mark}",
    "the last day": "images/plates/line-1/cam-1/9999-12-31/{mark}",
    "the first day": "images/plates/line-1/cam-1/0001-01-01/{mark}",
    "no project": "images//line-1/cam-1/2026-03-14/{mark}",
    "an unknown project": "images/nobody/line-1/cam-1/2026-03-14/{mark}",
    "1,000 characters": "images/plates/line-1/cam-1/2026-03-14/{mark}" + "n" * 950,
    "a newline": "images/plates/line-1/cam-1/2026-03-14/{mark}\n",
    "a folder made by hand": "images/plates/line-1/cam-1/{mark}/",
    "quotes and angles": "images/plates/line-1/cam-1/2026-03-14/\"<{mark}>&'",
}
TYPES = {
    "none": None,
    "text": "text/plain",
    "odd": "image/png; charset=七",
    "of 500 characters": "image/" + "p" * 500,
    "upper case": "IMAGE/PNG",
}
METADATA: Mapping[str, Mapping[str, str]] = {
    "captured-at a word": {"captured-at": "yesterday"},
    "captured-at empty": {"captured-at": ""},
    "captured-at without an offset": {"captured-at": "2026-03-14T12:00:00"},
    "captured-at in the year 1": {"captured-at": "0001-01-01T00:00:00+14:00"},
    "captured-at at the end of 9999": {"captured-at": "9999-12-31T23:59:59.999999-14:00"},
    "captured-at in 1900": {"captured-at": "1900-01-01T00:00:00+00:00"},
    "captured-at in ten years": {"captured-at": "2036-03-14T12:00:00+00:00"},
    "captured-at a week": {"captured-at": "2026-W11"},
    "captured-at month 13": {"captured-at": "2026-13-01T00:00:00+00:00"},
    "captured-at of 1,500 characters": {"captured-at": "9" * 1500},
    "captured-at encoded": {"captured-at": "=?UTF-8?Q?7=E4=B8=83?="},
    "correlation-id of 1,900 characters": {"correlation-id": "c" * 1900},
    "correlation-id encoded": {"correlation-id": "=?UTF-8?B?5LiD?="},
    "correlation-id with a tab": {"correlation-id": "a\tb"},
    "correlation-id empty": {"correlation-id": ""},
    "facility of 1,900 characters": {"facility": "f" * 1900},
    "facility with slashes": {"facility": "../../x"},
    "facility empty": {"facility": ""},
}
SIZES = {"25 MB": 25_000_000, "a terabyte": 10**12, "2**53": 2**53, "zero, though it is not empty": 0}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    names, objects = Kinds("bucket, a name", found), Kinds("bucket, an object", found)
    for name, form in NAMES.items():
        names.add(name, _named, form=form)
    for name, content in CONTENTS.items():
        objects.add(name, _content, content=content)
    for name, kind in TYPES.items():
        objects.add(f"content type: {name}", _typed, kind=kind)
    for name, metadata in METADATA.items():
        objects.add(name, _stored, Metadata=dict(metadata), ContentType="image/png")
    for name, size in SIZES.items():
        objects.add(f"size in the notification: {name}", _sized, size=size)
    objects.add("gone before it is read", _gone)
    objects.add("replaced before it is read", _replaced)
    objects.add("replaced and removed", _replaced_and_gone)
    objects.add("announced three times", _announced_again)
    yield from found


CONTENTS = {
    "zero bytes": b"",
    "one byte": b"\xff",
    "only the magic of PNG": b"\x89PNG\r\n\x1a\n",
    "only the magic of JPEG": b"\xff\xd8\xff",
    "text": b"no image",
    "HTML": b"<html><body>Sign in</body></html>",
    "a GIF": b"GIF89a\1\0\1\0\0\0\0;",
    "cut off": lambda: png(100)[:300],
    "zeros after the magic": b"\x89PNG\r\n\x1a\n" + b"\0" * 1000,
    "100,000 x 100,000 px": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\x86\xa0\0\1\x86\xa0\x08\2\0\0\0" + b"\0" * 40,
    "a PNG with text behind": lambda: png(100) + b"x" * 100_000,
}


def _put(site: Site, key: str, content: bytes, **options: Any) -> Put:
    try:
        site.store(key, content, **options)
    except Exception as error:  # noqa: BLE001 - the bucket's own limits are an end
        return Refused(f"{type(error).__name__}: {error}"[:200])
    return Trace((site.mark,))


def _named(site: Site, form: str) -> Put:
    return _put(site, form.format(mark=site.mark), png(100), ContentType="image/png")


def _content(site: Site, content: Any) -> Put:
    return _put(site, site.key, content if isinstance(content, bytes) else content(), ContentType="image/png")


def _typed(site: Site, kind: str | None) -> Put:
    return _put(site, site.key, png(100), **({} if kind is None else {"ContentType": kind}))


def _stored(site: Site, **options: Any) -> Put:
    return _put(site, site.key, png(100), **options)


def _sized(site: Site, size: int) -> Put:
    etag = site.store_unannounced(site.key, png(100), ContentType="image/png")
    return _announce(site, etag, size=size)


def _announce(site: Site, etag: str, **changes: Any) -> Put:
    record = site.record(object={"eTag": etag, **changes}, eventTime=NOON.isoformat())
    return site.send("inspection", json.dumps({"Records": [record]}))


def _gone(site: Site) -> Put:
    put = _stored(site, ContentType="image/png")
    client("s3").delete_object(Bucket=site.settings.bucket, Key=site.key)
    return put


def _replaced(site: Site) -> Put:
    _stored(site, ContentType="image/png")
    return _put(site, site.key, png(101), ContentType="image/png")


def _replaced_and_gone(site: Site) -> Put:
    put = _replaced(site)
    client("s3").delete_object(Bucket=site.settings.bucket, Key=site.key)
    return put


def _announced_again(site: Site) -> Put:
    etag = site.store(site.key, png(100), ContentType="image/png")
    for _ in range(2):
        put = _announce(site, etag)
    return put
