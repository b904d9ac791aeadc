"""`linewatch repeatability`: the same parts several times (Gage R&R for a camera)."""

import json
from pathlib import Path

import click

from linewatch.commands.options import json_option
from linewatch.commands.output_files import REPORT, check_output, write_output
from linewatch.repeatability.reading import Listed, in_folders, in_list, read_files, read_stage
from linewatch.repeatability.study import Reading, Study, study_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("photos", type=click.Path(exists=True, path_type=Path))
@click.option("--model", type=_FILE, help="A model file that inspects the photos here.")
@click.option("--project", help="Instead of a model file: a project of a stage that inspected the images.")
@click.option("--stage", help="The stage of the project. Uses the AWS credentials of this shell.")
@click.option("--local", help="The local stack of the project.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with a chart to this HTML file.")
@json_option
def repeatability(
    photos: Path,
    model: Path | None,
    project: str | None,
    stage: str | None,
    local: str | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Study how well verdicts repeat.

    The same parts are photographed several times (Gage R&R).

    PHOTOS is a folder with a folder of photos for each part, or a CSV list with the columns image, part and, if parts
    were also taken by several people or fixtures, setup. With --project the images of the list are image ids or
    inspection ids of a stage.
    """
    if (model is None) == (project is None):
        raise click.UsageError("say either --model or --project")
    if report is not None:
        check_output(report, REPORT, [photos])
    listed = in_folders(photos) if photos.is_dir() else in_list(photos)
    readings = _inspected(listed, photos, model) if model else _stored(listed, project or "", stage, local)
    try:
        study = study_of(readings)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(study.as_dict()) if as_json else _summary(study))
    if report is not None:
        from linewatch.repeatability.page import page

        write_output(report, page(study, f"Model {model.name}." if model else f"Project {project}."))


def _inspected(listed: list[Listed], photos: Path, model: Path) -> list[Reading]:
    from chalicelib.vision.decode import Undecodable
    from chalicelib.vision.detector import WrongSize
    from linewatch.commands.detect import opened

    folder = Path() if photos.is_dir() else photos.parent
    try:
        return list(read_files(listed, folder, opened(model)))
    except (Undecodable, WrongSize, OSError) as error:
        raise click.ClickException(str(error)) from error


def _stored(listed: list[Listed], project: str, stage: str | None, local: str | None) -> list[Reading]:
    from linewatch.operate.filesystem import filesystem
    from linewatch.operate.lake import open_lake
    from linewatch.stack.choose import chosen

    target = chosen(stage, local)
    return read_stage(listed, project, open_lake(target.bucket, filesystem(target)))


def _summary(study: Study) -> str:
    found, best = study.components, study.explained_by
    low, high = (100 * bound for bound in study.flip_bounds)
    distinct = "no limit was seen" if found.distinct is None else found.distinct
    cause = "nothing that was measured" if best is None else f"{best.name} ({100 * best.explains:.0f} %)"
    return "\n".join((
        f"{len(study.readings)} photos of {len(study.parts)} parts",
        f"verdict flips: {len(study.flipped)} parts, {100 * len(study.flipped) / len(study.parts):.1f} %"
        f" (95 %: {low:.1f} to {high:.1f} %)",
        f"score: {found.repeats:.4g} within a part, {found.parts:.4g} between parts"
        + ("" if found.setups is None else f", {found.setups:.4g} between setups"),
        f"GRR {found.system_percent:.1f} %, ndc {distinct}: {study.grade}",
        f"explained by: {cause if study.causes else 'too few repeats, or no spread'}",
    ))  # fmt: skip
