"""Cameras that fell silent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.daily.domain import Camera, PlantDay, Silence
from chalicelib.daily.lake_rows import Row

LONG = 3_600_000_000
"""Microseconds: a camera whose line went on for longer than this without it fell silent."""


def silences(rows: Sequence[Row], last_seen: Mapping[Camera, int], day: PlantDay) -> tuple[Silence, ...]:
    """Cameras that sent on one of the days before and not on this one, and those that stopped before their line did.

    A project without any image on the day has a free day: its cameras are not named.
    """
    last_today = {(row.project, row.line, row.camera): row.captured_at for row in rows}
    return tuple(sorted([*_absent(last_today, last_seen, day), *_stopped(last_today, day)], key=_name))


def _name(each: Silence) -> Camera:
    return each.project, each.line, each.camera


def _absent(today: Mapping[Camera, int], before: Mapping[Camera, int], day: PlantDay) -> Iterator[Silence]:
    working = {project for project, _, _ in today}
    for camera, at in before.items():
        if camera[0] in working and camera not in today:
            yield Silence(
                *camera, f"no image on this day; the last one was captured on {day.clock(at, '%Y-%m-%d, %H:%M')}"
            )


def _stopped(today: Mapping[Camera, int], day: PlantDay) -> Iterator[Silence]:
    last_of_line: dict[tuple[str, str], int] = defaultdict(int)
    for (project, line, _), at in today.items():
        last_of_line[project, line] = max(at, last_of_line[project, line])
    for camera, at in today.items():
        line_went_on = last_of_line[camera[:2]]
        if line_went_on - at > LONG:
            what = f"last image at {day.clock(at)}; other cameras of the line went on until {day.clock(line_went_on)}"
            yield Silence(*camera, what)
