"""Poison on the inspection queue: what S3's notifications never look like."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from chalicelib.core.inspection import Verdict
from tests.pipeline.photographs import png
from tests.poison.kind import DAY, LINE, PROJECT, Kind, Kinds, Put, Site, Trace
from tests.poison.kinds.values import NUMBERS, OF_OTHER_TYPES, TEXTS, TIMES, nested, with_raw
from tests.support.builders import NOON

QUEUE = "inspection"
BODIES = {
    "not JSON": "no notification",
    "one space": " ",
    "null": "null",
    "true": "true",
    "a number": "12",
    "a text": '"Records"',
    "a list": "[1]",
    "an empty list": "[]",
    "an empty dict": "{}",
    "cut off": '{"Records": [{"s3": {"bucket"',
    "two values": '{"Records": []}{"Records": []}',
    "a byte order mark": "\ufeff" + '{"Records": [{}]}',
    "UTF-16 read as Latin-1": '{"Records": 1}'.encode("utf-16").decode("latin-1").replace("\0", " "),
    "control characters": '{"Records": "a\tb"}',
    "nested 200,000 deep": nested(),
    "dicts nested 100,000 deep": '{"Records":' * 90_000 + "1" + "}" * 90_000,
    "a number of 300,000 digits": "1" * 300_000,
    "300 kB of text": "x" * 300_000,
    "1,000 kB of text": "y" * 1_000_000,
    "1 MiB and one byte": "z" * (1024 * 1024 + 1),
    "XML": "<Records><s3/></Records>",
    "an SNS envelope": json.dumps({"Type": "Notification", "Message": json.dumps({"Records": []})}),
}
RECORDS = {
    "null": None,
    "a dict": {"s3": {}},
    "a text": "s3",
    "a number": 3,
    "true": True,
    "a list of null": [None],
    "a list of lists": [[]],
    "a list of texts": ["s3"],
    "a list of empty dicts": [{}],
}
MISSING = ("eventTime", "s3")
MISSING_OF_OBJECT = ("key", "size", "eTag")
ETAGS = {**TEXTS, "empty": "", "quotes": '"""', "not hex": "zzz", "only spaces": "  ", "a star": "*"}
KEYS = {
    "empty": "",
    "2,000 characters": "images/" + "k" * 2000,
    "100,000 characters": "images/" + "k" * 100_000,
    "NUL": "images/plates/line-1/cam-1/2026-03-14/a%00b",
    "two dots": "images/plates/../cam-1/2026-03-14/a",
    "percent nonsense": "images/plates/line-1/cam-1/2026-03-14/%zz%",
    "overlong UTF-8": "images/plates/line-1/cam-1/2026-03-14/%C0%AF",
    "UTF-8 of a surrogate": "images/plates/line-1/cam-1/2026-03-14/%ED%A0%80",
    "a lone surrogate": "images/plates/line-1/cam-1/2026-03-14/\ud800",
    "another prefix": "lake/inspections/a",
    "a model": "models/plates/1.safetensors",
    "an unknown project": "images/nobody/line-1/cam-1/2026-03-14/a",
    "an absurd day": "images/plates/line-1/cam-1/9999-12-31/a",
    "the first day": "images/plates/line-1/cam-1/0001-01-01/a",
    "a newline": "images/plates/line-1/cam-1/2026-03-14/a%0A",
    "only a slash": "/",
}
BUCKETS = {"unknown": "somebody-elses", "empty": "", "odd": "a b/c", "null": None, "a list": ["b"], "an ARN": "arn:aws:s3:::b"}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    _bodies(Kinds("inspection queue, the body", found))
    _fields(Kinds("inspection queue, a field", found))
    _several(Kinds("inspection queue, several records", found))
    yield from found


def _bodies(kinds: Kinds) -> None:
    for name, body in BODIES.items():
        kinds.add(name, partial(_body, body=body))
    for name, records in RECORDS.items():
        kinds.add(f"Records is {name}", lambda site, records=records: site.send(QUEUE, json.dumps({"Records": records, "of": site.mark})))
    kinds.add("no Records", lambda site: site.send(QUEUE, json.dumps({"Event": site.mark})))
    kinds.add("Event is a list", lambda site: site.send(QUEUE, json.dumps({"Event": [site.mark]})))
    kinds.add("Records is empty", lambda site: _harmless(site, {"Records": [], "of": site.mark}))
    kinds.add("S3's test event", lambda site: _harmless(site, {"Event": "s3:TestEvent", "of": site.mark}))


def _body(site: Site, body: str) -> Put:
    return site.send(QUEUE, body)


def _harmless(site: Site, body: Any) -> Put:
    site.send(QUEUE, json.dumps(body))
    return Trace(harmless=True)


def _notify(site: Site, *records: Any) -> Put:
    return site.send(QUEUE, json.dumps({"Records": records}))


def _fields(kinds: Kinds) -> None:
    for field in MISSING:
        kinds.add(f"no {field}", lambda site, field=field: _notify(site, _without(site.record(), field)))
    for field in MISSING_OF_OBJECT:
        kinds.add(f"no {field}", lambda site, field=field: _of_object_without(site, field))
        for name, value in OF_OTHER_TYPES.items():
            put = lambda site, field=field, value=value: _notify(site, site.record(object={field: value}))  # noqa: E731
            kinds.add(f"{field} is {name}", put)
    for name, raw in NUMBERS.items():
        kinds.add(f"size {name}", partial(_size, raw=raw))
    for name, etag in ETAGS.items():
        kinds.add(f"eTag: {name}", lambda site, etag=etag: _notify(site, site.record(object={"eTag": etag})))
    for name, key in KEYS.items():
        kinds.add(f"key: {name}", lambda site, key=key: _notify(site, site.record(object={"key": key, "eTag": site.mark})))
    for name, bucket in BUCKETS.items():
        s3 = lambda site, bucket=bucket: {"bucket": {"name": bucket}, "object": site.record()["s3"]["object"]}  # noqa: E731
        kinds.add(f"bucket: {name}", lambda site, s3=s3: _notify(site, site.record(s3=s3(site))))
    for name, time in TIMES.items():
        kinds.add(f"eventTime: {name}", lambda site, time=time: _notify(site, site.record(eventTime=time)))
    kinds.add("a key twice", _key_twice)
    kinds.add("s3 is a text", lambda site: _notify(site, site.record(s3="s3")))
    kinds.add("a record of a removal", lambda site: _notify(site, site.record(eventName="ObjectRemoved:Delete")))
    kinds.add("300 kB beside the fields", lambda site: _notify(site, site.record(userIdentity="x" * 300_000)))
    kinds.add("900 kB beside the fields", lambda site: _notify(site, site.record(userIdentity="x" * 900_000)))


def _without(record: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != field}


def _of_object_without(site: Site, field: str) -> Put:
    record = site.record()
    del record["s3"]["object"][field]
    return _notify(site, record)


def _size(site: Site, raw: str) -> Put:
    body = {"Records": [site.record()]}
    return site.send(QUEUE, with_raw(body, lambda body, hole: body["Records"][0]["s3"]["object"].update(size=hole), raw))


def _key_twice(site: Site) -> Put:
    record = json.dumps(site.record()).replace('"key":', '"key": 7, "key":')
    return site.send(QUEUE, f'{{"Records": [{record}]}}')


def _several(kinds: Kinds) -> None:
    bad = {
        "an empty dict": lambda site: {"of": site.mark},
        "null": lambda _site: None,
        "a text": lambda site: site.mark,
        "a size that is text": lambda site: site.record(object={"size": "abc", "key": f"{site.key}-bad"}),
        "a time without an offset": lambda site: site.record(eventTime="2026-03-14T12:00:00", object={"key": f"{site.key}-bad"}),
        "an ETag that is a list": lambda site: site.record(object={"eTag": [site.mark], "key": f"{site.key}-bad"}),
    }
    for name, record in bad.items():
        kinds.add(f"good, {name}", lambda site, record=record: _with_good(site, [_GOOD, record(site)]))
        kinds.add(f"{name}, good", lambda site, record=record: _with_good(site, [record(site), _GOOD]))
        kinds.add(f"{name}, good, {name}", lambda site, record=record: _with_good(site, [record(site), _GOOD, record(site)]))
    kinds.add("1,000 records of nothing", lambda site: _notify(site, *({"of": site.mark} for _ in range(1000))))
    kinds.add("100 records of gone images", _a_hundred_gone)
    kinds.add("the same image 20 times", lambda site: _with_good(site, [_GOOD] * 20, bad=False))


_GOOD = object()


def _with_good(site: Site, records: list[Any], *, bad: bool = True) -> Put:
    """A good image, whose own notification was lost, among bad records."""
    key = f"images/{PROJECT}/{LINE}/cam-1/{DAY}/good-{site.mark[6:10]}"
    etag = site.store_unannounced(key, png(500), ContentType="image/png")
    good = {"eventTime": NOON.isoformat(), "s3": {"bucket": {"name": site.settings.bucket}, "object": {"key": key, "size": 9, "eTag": etag}}}
    sent = site.send(QUEUE, json.dumps({"Records": [good if each is _GOOD else each for each in records]}))
    assert isinstance(sent, Trace)
    wanted = Trace((key,), verdict=Verdict.NORMAL)
    return [sent, wanted] if bad else wanted


def _a_hundred_gone(site: Site) -> Put:
    short = lambda n: {"eventTime": NOON.isoformat(), "s3": {"bucket": {"name": site.settings.bucket}, "object": {"key": f"{site.key}-{n}", "size": 9, "eTag": "e"}}}  # noqa: E731
    return _notify(site, *(short(number) for number in range(100)))
