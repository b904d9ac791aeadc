"""Odd values, by name, for fields of any message, event or item."""

import json
from collections.abc import Mapping
from typing import Any

OF_OTHER_TYPES: Mapping[str, Any] = {
    "null": None,
    "true": True,
    "a number": 7,
    "a list": ["x"],
    "a dict": {"x": "y"},
    "an empty text": "",
}
TEXTS: Mapping[str, str] = {
    "a lone surrogate": "\ud800",
    "NUL": "a\0b",
    "newlines": "a\r\nb: c",
    "two dots": "..",
    "slashes": "../../etc/passwd",
    "right to left": "\u202eabc",
    "300 kB": "x" * 300_000,
}
NUMBERS: Mapping[str, str] = {
    "text": '"abc"',
    "-1": "-1",
    "2**63": str(2**63),
    "2**70": str(2**70),
    "1e400": "1e400",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "true": "true",
    "half": "1.5",
    "5,000 digits": "9" * 5000,
}
"""As JSON, or what readers take for it."""
TIMES: Mapping[str, Any] = {
    "the year 1": "0001-01-01T00:00:00+00:00",
    "the year 1 with an offset": "0001-01-01T00:00:00+14:00",
    "the end of 9999 with an offset": "9999-12-31T23:59:59-14:00",
    "the end of 9999": "9999-12-31T23:59:59.999999+00:00",
    "no offset": "2026-03-14T12:00:00",
    "an offset of almost 24 h": "2026-03-14T12:00:00+23:59",
    "an offset of 24 h": "2026-03-14T12:00:00+24:00",
    "month 13": "2026-13-01T00:00:00Z",
    "yesterday": "yesterday",
    "a list": [2026, 3, 14],
    "a number": 1773489600,
    "a huge number": 1e300,
    "before 1970": "1969-12-31T23:59:59+00:00",
    "in ten years": "2036-03-14T12:00:00+00:00",
}
HOLE = "@hole@"
"""Stands for raw JSON."""


def with_raw(body: Any, raw: str) -> str:
    """The JSON of `body`, with `raw` in the place of `HOLE`."""
    return json.dumps(body).replace(f'"{HOLE}"', raw)


def nested(depth: int = 200_000) -> str:
    """JSON that is nested this deep."""
    return "[" * depth + "]" * depth
