"""The times of a file, in the zones that it names."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from chalicelib.shifts.content_lines import broken
from chalicelib.shifts.domain import Zone
from chalicelib.shifts.properties import Moment, Property
from chalicelib.shifts.zones import Zones

DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True)
class Times:
    """Reads times. `home` is the zone of those without one, if there is any; `utc` is that in which UTC times recur."""

    zones: Zones
    home: str | None
    utc: str

    def zone(self, name: str) -> Zone:
        """A zone that was used."""
        return self.zones.used[name]

    def local(self, of: Property, moment: Moment) -> tuple[str, datetime]:
        """The zone of a time, and the time there."""
        if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
            raise broken(of.number, f"{of.name} is not between the years {_FIRST_YEAR} and {_LAST_YEAR}")
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return self.utc, self.zone(self.utc).local(moment)
        zone = self.home if of.zone is None else self.zones.named(of.zone, of.number)
        if zone is None:
            raise broken(of.number, f"{of.name} has no time zone, and the file has not one: add X-WR-TIMEZONE")
        return zone, moment if isinstance(moment, datetime) else _midnight(moment)

    def local_in(self, zone: str, of: Property, moment: Moment) -> datetime:
        """A time in a zone, whichever is its own."""
        own, local = self.local(of, moment)
        return local if own == zone else self.zone(zone).local(self.zone(own).utc(local))

    def instant(self, of: Property, moment: Moment) -> datetime:
        """The instant of a time."""
        zone, local = self.local(of, moment)
        return self.zone(zone).utc(local)

    def last(self, until: Moment, zone: str) -> datetime:
        """The last start that an UNTIL allows. A day is whole."""
        if not isinstance(until, datetime):
            return self.zone(zone).utc(_midnight(until) + DAY) - timedelta(seconds=1)
        return until.astimezone(UTC) if until.tzinfo else self.zone(zone).utc(until)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local time
