"""`linewatch report`: the daily report, by hand."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from chalicelib.core.clock import utc_now
from linewatch.commands.options import target_options
from linewatch.commands.output_files import check_folder, write_output
from linewatch.stack.target import Target


@click.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2026-11-05; yesterday without it.")
@click.option("--project", help="Only this project; without it, one report of each project and one of all.")
@click.option("--zone", default="UTC", show_default=True, help="The plant's time zone, as Europe/Berlin.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder of the reports. A print there from before is compared with.",
)
@target_options
def report(day: datetime | None, project: str | None, zone: str, out: Path, target: Target) -> None:
    """Print the daily report of a stage.

    It is a page, a CSV file and an Excel workbook, made from the lake. The same day printed again gives the same files,
    unless images came later: then the page says what changed.
    """
    from chalicelib.daily.domain import PAGE, PlantDay
    from linewatch.operate.plant_time import known_zone
    from linewatch.operate.report_folder import FolderReports

    place = known_zone(zone)
    chosen = place.local(utc_now()).date() - timedelta(days=1) if day is None else day.date()
    check_folder(out)
    reports = FolderReports(out, write_output)
    linewatch = target.linewatch()
    for printed in linewatch.daily.print_day(PlantDay(chosen, place.name), reports, project):
        total, name = printed.report.total, printed.report.project or "all projects"
        click.echo(f"{name}: {total.images} images, {total.anomalous} of {total.parts} parts defective")
        for change in printed.changes:
            click.echo(f"  {change}")
    click.echo("\n".join(str(file) for file in reports.written if file.name == PAGE))
    click.echo(str(linewatch.lake.days.scanned), err=True)
