"""Times as people at a plant say them."""

import re
from datetime import datetime, timedelta

from chalicelib.shifts.domain import Zone, iana_zone
from linewatch.errors import UsageProblem


def plant_time(text: str, zone: Zone, now: datetime) -> datetime:
    """The next instant with this time of the plant's clock, or that of a date and time. Raises `UsageProblem`."""
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            today = datetime.strptime(f"{zone.local(now):%Y-%m-%d} {text}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a local time
            found = zone.utc(today)
            return found if found > now else zone.utc(today + timedelta(days=1))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"{text!r} is no time: write HH:MM or 2026-03-14T18:00") from error
    return zone.utc(moment) if moment.tzinfo is None else moment


def known_zone(name: str) -> Zone:
    """The time zone with this IANA name. Raises `UsageProblem`."""
    known = iana_zone(name)
    if known is None:
        raise UsageProblem(f"{name!r} is no time zone: use a name such as Europe/Berlin")
    return Zone(known)
