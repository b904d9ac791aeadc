"""Poison on the inspection queue: what S3's notifications never look like."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.core.inspection import Verdict
from tests.pipeline.photographs import png
from tests.poison.kind import DAY, LINE, PROJECT, Kind, Kinds, Put, Site, Trace
from tests.poison.kinds.values import HOLE, NUMBERS, OF_OTHER_TYPES, TEXTS, TIMES, nested, with_raw

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
RECORDS: Mapping[str, Any] = {
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
BUCKETS = {
    "unknown": "somebody-elses",
    "empty": "",
    "odd": "a b/c",
    "null": None,
    "a list": ["b"],
    "an ARN": "arn:aws:s3:::b",
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    _bodies(Kinds("inspection queue, the body", found))
    _fields(Kinds("inspection queue, a field", found))
    _values(Kinds("inspection queue, a value", found))
    _several(Kinds("inspection queue, several records", found))
    yield from found


def _bodies(kinds: Kinds) -> None:
    for name, body in BODIES.items():
        kinds.add(name, _body, body=body)
    for name, records in RECORDS.items():
        kinds.add(f"Records is {name}", _json, body={"Records": records})
    kinds.add("no Records", _json, body={})
    kinds.add("Event is a list", _json, body={"Event": ["s3:TestEvent"]})
    kinds.add("Records is empty", _harmless, body={"Records": []})
    kinds.add("S3's test event", _harmless, body={"Event": "s3:TestEvent"})


def _body(site: Site, body: str) -> Put:
    return site.send(QUEUE, body)


def _json(site: Site, body: Mapping[str, Any]) -> Put:
    return site.send(QUEUE, json.dumps({**body, "of": site.mark}))


def _harmless(site: Site, body: Mapping[str, Any]) -> Put:
    _json(site, body)
    return Trace(harmless=True)


def _notify(site: Site, *records: Any) -> Put:
    return site.send(QUEUE, json.dumps({"Records": records}))


def _record(site: Site, **changes: Any) -> Put:
    return _notify(site, site.record(**changes))


def _object(site: Site, **changes: Any) -> Put:
    return _notify(site, site.record(object=changes))


def _fields(kinds: Kinds) -> None:
    for field in ("eventTime", "s3"):
        kinds.add(f"no {field}", _record, **{field: ...})
    for field in ("key", "size", "eTag"):
        kinds.add(f"no {field}", _object, **{field: ...})
        for name, value in OF_OTHER_TYPES.items():
            kinds.add(f"{field} is {name}", _object, **{field: value})
    kinds.add("a key twice", _key_twice)
    kinds.add("s3 is a text", _record, s3="s3")
    kinds.add("a record of a removal", _record, eventName="ObjectRemoved:Delete")
    kinds.add("300 kB beside the fields", _record, userIdentity="x" * 300_000)
    kinds.add("900 kB beside the fields", _record, userIdentity="x" * 900_000)


def _values(kinds: Kinds) -> None:
    for name, raw in NUMBERS.items():
        kinds.add(f"size {name}", _size, raw=raw)
    for name, etag in ETAGS.items():
        kinds.add(f"eTag: {name}", _object, eTag=etag)
    for name, key in KEYS.items():
        kinds.add(f"key: {name}", _key, key=key)
    for name, bucket in BUCKETS.items():
        kinds.add(f"bucket: {name}", _bucket, bucket=bucket)
    for name, time in TIMES.items():
        kinds.add(f"eventTime: {name}", _record, eventTime=time)


def _key(site: Site, key: str) -> Put:
    return _object(site, key=key, eTag=site.mark)


def _bucket(site: Site, bucket: Any) -> Put:
    return _record(site, s3={"bucket": {"name": bucket}, "object": site.record()["s3"]["object"]})


def _size(site: Site, raw: str) -> Put:
    return site.send(QUEUE, with_raw({"Records": [site.record(object={"size": HOLE})]}, raw))


def _key_twice(site: Site) -> Put:
    record = json.dumps(site.record()).replace('"key":', '"key": 7, "key":')
    return site.send(QUEUE, f'{{"Records": [{record}]}}')


def _several(kinds: Kinds) -> None:
    for name, record in BAD_RECORDS.items():
        kinds.add(f"good, {name}", _with_good, record=record, order="gb")
        kinds.add(f"{name}, good", _with_good, record=record, order="bg")
        kinds.add(f"{name}, good, {name}", _with_good, record=record, order="bgb")
    kinds.add("1,000 records of nothing", _thousand)
    kinds.add("100 records of gone images", _hundred_gone)
    kinds.add("the same image 20 times", _with_good, record=None, order="g" * 20)


def _with_good(site: Site, record: Callable[[Site], Any] | None, order: str) -> Put:
    """A good image, whose own notification was lost, among bad records: `g` and `b` in this order."""
    key = f"images/{PROJECT}/{LINE}/cam-1/{DAY}/good-{site.mark[6:10]}"
    etag = site.store_unannounced(key, png(500), ContentType="image/png")
    good = {**site.record(object={"key": key, "size": 9, "eTag": etag}), "responseElements": {}}
    bad = None if record is None else record(site)
    sent = _notify(site, *(good if each == "g" else bad for each in order))
    assert isinstance(sent, Trace)
    wanted = Trace((key,), verdict=Verdict.NORMAL)
    return wanted if record is None else [sent, wanted]


def _thousand(site: Site) -> Put:
    return _notify(site, *({"of": site.mark} for _ in range(1000)))


def _hundred_gone(site: Site) -> Put:
    return _notify(site, *(site.record(object={"key": f"{site.key}-{number}"}) for number in range(100)))


BAD_RECORDS: Mapping[str, Callable[[Site], Any]] = {
    "an empty dict": lambda site: {"of": site.mark},
    "null": lambda _site: None,
    "a text": lambda site: site.mark,
    "a size that is text": lambda site: site.record(object={"size": "abc", "key": f"{site.key}-bad"}),
    "a time without an offset": lambda site: site.record(
        eventTime="2026-03-14T12:00:00", object={"key": f"{site.key}-bad"}
    ),
    "an ETag that is a list": lambda site: site.record(object={"eTag": [site.mark], "key": f"{site.key}-bad"}),
}
