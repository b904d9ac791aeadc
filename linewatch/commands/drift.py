"""`linewatch drift`: the cameras that changed."""

from dataclasses import asdict

import click

from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import show
from linewatch.stack.target import Target

_COLUMNS = ("since", "project", "line", "camera", "kind", "statistic", "before", "after", "found_on")


@click.command()
@click.option("--days", type=click.IntRange(1, 28), default=28, show_default=True, help="How many nights to look back.")
@click.option("--zone", default="UTC", show_default=True, help="The plant's time zone, as Europe/Berlin.")
@json_option
@target_options
def drift(days: int, zone: str, as_json: bool, target: Target) -> None:
    """List the cameras that changed, and since when.

    Each with what changed: light, focus, place, appearance, or the scores only.

    Looks at each of the last nights as the stage does by itself if ReportsTimeZone is set, and changes nothing. Times
    are UTC.
    """
    from linewatch.operate.kept_days import DaysInMemory
    from linewatch.operate.plant_time import known_zone

    watch = target.linewatch().drift
    found = watch.look_back(known_zone(zone).name, days, DaysInMemory(watch.days))
    show([asdict(each) for each in found], as_json, *_COLUMNS)
    if not found and not as_json:
        click.echo(f"no camera changed in the last {days} days, as far as the lake's images show")
