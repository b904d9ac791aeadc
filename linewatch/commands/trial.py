"""`linewatch model trial`: what a version says of a batch of images, as a list to review."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
from click.exceptions import Exit

from chalicelib.core.clock import utc_now
from chalicelib.lookout.detect import ImageToInspect
from chalicelib.models.detect import DetectedVerdict
from chalicelib.reports.trial.page import page
from linewatch.commands.bars import bar
from linewatch.commands.inputs import input_images
from linewatch.commands.options import json_option, target_options
from linewatch.commands.output_files import check_folder, write_output
from linewatch.commands.printing import Row, show
from linewatch.commands.warnings import warn
from linewatch.errors import UsageProblem
from linewatch.operate.datasets.layouts import file_of
from linewatch.operate.datasets.manifests import uri_of
from linewatch.operate.datasets.objects import Objects, examples_below
from linewatch.operate.operator import operator_grant
from linewatch.operate.trial import Subject, Tried, manifest_of, try_images
from linewatch.stack.target import Target

MANIFEST, PAGE = "trial.manifest", "trial.html"


@click.command()
@click.argument("project")
@click.argument("images", nargs=-1, required=True)
@click.option("--version", help="A hosted version; without, the one that inspects the project's images.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="trial", show_default=True)
@json_option
@target_options
def trial(project: str, images: tuple[str, ...], version: str | None, out: Path, as_json: bool, target: Target) -> None:
    """Try a version on images, for a person to review.

    IMAGES are files, folders, patterns and S3 prefixes. Nothing is stored on the stage. Writes two files into the
    folder --out. Open trial.html: it shows each image with its verdict, and saves what you confirm or correct as
    reviewed.manifest, which `dataset import` adds to the training data set. trial.manifest has the labels as the
    version gave them. Exits with 1 when an image could not be inspected; the others are inspected all the same.
    """
    check_folder(out)
    subjects = list(_subjects(images, project, out, target))
    version = version or _live(project, target)
    tried = list(try_images(subjects, _detect(project, version, target), bar("inspecting")))
    now = utc_now()
    show([_row(each) for each in tried], as_json, "image", "verdict", "confidence", "remark")
    write_output(out / MANIFEST, manifest_of(tried, now))
    write_output(out / PAGE, page(project, version, [each.card(now) for each in tried]))
    click.echo(f"review {out / PAGE}, then: linewatch dataset import {project} reviewed.manifest", err=True)
    rejected = sum(each.verdict is None for each in tried)
    if rejected:
        warn([f"{rejected} of {len(tried)} images could not be inspected"])
        raise Exit(1)


def _subjects(images: Sequence[str], project: str, out: Path, target: Target) -> Iterator[Subject]:
    """The images, each once. Raises `UsageProblem` for a prefix without images, and what `input_images` raises."""
    if local := [each for each in images if not each.startswith("s3://")]:
        found = input_images(local, out)
        warn(f"{path}: {reason}" for path, reason in found.unusable.items())
        yield from (Subject(file_of(path), uri_of(path)) for path in found.names)
    objects = Objects(target.client("s3"), f"s3://{target.bucket}/datasets/{project}/images/")
    for prefix in dict.fromkeys(each for each in images if each.startswith("s3://")):
        examples = examples_below(prefix, objects, utc_now()).examples
        if not examples:
            raise UsageProblem(f"{prefix} has no images")
        yield from (Subject(each.image, each.image.name) for each in examples)


def _live(project: str, target: Target) -> str:
    """The version that inspects the project's images. Raises `UsageProblem` if there is none."""
    live = target.linewatch().projects.describe_project(project, operator_grant(project)).live
    if live is None:
        raise UsageProblem(f"project {project} has no hosted version: `linewatch model start {project}` hosts one")
    return str(live.version)


def _detect(project: str, version: str, target: Target) -> Callable[[bytes], DetectedVerdict]:
    detect, grant = target.linewatch().lookout.detect_anomalies, operator_grant(project)

    def verdict_of(content: bytes) -> DetectedVerdict:
        return detect(ImageToInspect(project=project, version=version, content=content), grant).verdict

    return verdict_of


def _row(tried: Tried) -> Row:
    verdict = tried.verdict
    return {
        "image": tried.subject.file.name,
        "source": tried.subject.source,
        "verdict": str(tried.verdict_name),
        "confidence": None if verdict is None else verdict.confidence,
        "worst_box": None if verdict is None else verdict.worst_box,
        "remark": tried.remark,
    }
