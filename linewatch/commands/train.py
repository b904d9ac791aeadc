"""`linewatch train`: a detector from a folder of normal images and perhaps one of anomalies."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from chalicelib.models.dataset import ImageSet, Labelled, sampled
from chalicelib.models.layouts import image_set
from chalicelib.models.left_out_groups import leave_groups_out as leave_groups_out_of
from chalicelib.models.name_groups import NameGroups, groups_from_names
from chalicelib.models.region_files import read_region
from chalicelib.models.sizes import SIZES, described, train_at_best_size
from chalicelib.models.training import TrainedDetector, check_enough, train_on, training_warnings
from chalicelib.reports.training.data_warnings import doubts
from chalicelib.reports.training.evidence import learned, left_out_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.model_file import save
from chalicelib.vision.progress import Progress
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.features import chosen_backbone, features_options
from linewatch.commands.options import json_option
from linewatch.commands.output_files import MODEL, REPORT, check_output, write_output
from linewatch.commands.warnings import warn, warn_left_out

IMAGES = click.Path(exists=True, path_type=Path)
"""A folder of images, or a list of them."""
AUTO = 0


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every training command takes, but for --size."""
    options = [
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
        click.option(
            "--region",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="What to inspect: an image that is white there, or polygons as JSON.",
        ),
        click.option(
            "--strict-size", is_flag=True, help="Refuse images of different sizes instead of stretching them."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return features_options(command)


class Size(click.IntRange):
    """A size in px, or `auto` for 0."""

    def __init__(self, auto: bool) -> None:
        super().__init__(64, 1024)
        self._auto = auto

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails for another text."""
        return AUTO if self._auto and value in ("auto", AUTO) else super().convert(value, param, ctx)


def size_option(auto: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option --size, which may be `auto`."""
    text = "Images become about SIZE x SIZE px."
    if auto:
        text += " auto tries several sizes and takes the smallest that is as good as the best."
    return click.option("--size", type=Size(auto), metavar="SIZE", default=256, show_default=True, help=text)


def train_options(size: int, seed: int, region: Path | None, strict_size: bool, **features: Any) -> TrainOptions:
    """The options as training takes them. Raises `WeightsMissing` and `BadRegion`."""
    inspected = read_region(region) if region else None
    backbone = chosen_backbone(**features)
    return TrainOptions(size=size, seed=seed, backbone=backbone, strict_size=strict_size, region=inspected)


@click.command()
@click.argument("folder", type=IMAGES)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The model file, .safetensors."
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="An HTML report to write.")
@click.option(
    "--leave-groups-out",
    is_flag=True,
    help="Expect what other days, cameras or batches do: 4 more trainings without whole groups, by subfolder or name.",
)
@json_option
@training_options
@size_option(auto=True)
def train(folder: Path, out: Path, report: Path | None, leave_groups_out: bool, as_json: bool, **options: Any) -> None:
    """Train a detector on a folder of images.

    FOLDER has normal/ (or good/, ok/, pass/) and perhaps anomaly/ (or bad/, ng/, defect/), or has these in
    FOLDER/train; or it is one folder of good parts, a set in the layout of MVTec AD, MVTec AD 2 or VisA, a CSV list
    with the columns image and label, or a COCO file. The model becomes one file. What is not used, such as damaged
    images and folders of other names, is named in warnings.
    """
    sizes = () if options["size"] else SIZES
    chosen = train_options(**options | {"size": options["size"] or SIZES[0]})
    found_set = image_set(folder)
    images = training_images(found_set, options["seed"])
    check_outputs(out, report)
    if leave_groups_out:
        _groups(images)
    found, by = trained(images, chosen, sizes), ""
    if leave_groups_out:
        found, by = _by_groups(found, replace(chosen, size=found.size))
    content = save(found.detector)
    write_output(out, content)
    anomalies = len(learned(found.images).anomaly)
    counts = f"learned from {len(found.images.normal)} normal and {anomalies} anomalous images"
    placing = found.detector.extractor.placing
    click.echo(f"wrote {out} ({len(content) / 1e6:.1f} MB), {counts}; parts are {placing}", err=True)
    evidence = replace(left_out_evidence(found_set.name, found.training, found.images), grouped_by=by)
    warn(doubts(evidence))
    conclusion = evidence.conclusion.sentence
    click.echo(conclusion, err=True)
    if as_json:
        click.echo(json.dumps(_summary(out, found) | {"conclusion": conclusion}))
    if report:
        write_output(report, page(evidence))


def _summary(out: Path, found: TrainedDetector) -> dict[str, object]:
    images = found.images
    return {
        "model": str(out),
        "normal": len(images.normal),
        "anomaly": len(learned(images).anomaly),
        "left_out": {str(path): reason for path, reason in images.left_out.items()},
        "threshold": found.detector.threshold,
        "size": found.size,
    }


def _groups(images: Labelled) -> NameGroups:
    """The groups to leave out. Raises `click.ClickException` without any."""
    named = groups_from_names(images.normal.paths, images.anomaly.paths)
    if named is None:
        raise click.ClickException(
            "the images say no groups: use subfolders of normal/, or names with a camera, a day or another common part"
        )
    return named


def _by_groups(found: TrainedDetector, options: TrainOptions) -> tuple[TrainedDetector, str]:
    """The same detector with figures of whole groups left out, and what the groups are by."""
    named = _groups(found.images)
    with shown_progress() as progress:
        grouped = leave_groups_out_of(found, options, named.groups, progress)
    click.echo(f"left out whole groups by {named.by}: {len(set(named.groups.tolist()))} groups", err=True)
    return grouped, named.by


def training_images(images: ImageSet, seed: int) -> Labelled:
    """The images to train on. Raises `CannotTrain` when they are too few."""
    check_enough(images.train)
    return sampled(images.train, None, None, seed)


def check_outputs(model: Path | None, report: Path | None) -> None:
    """Whether both files can be written, before the work. Raises `click.ClickException`."""
    if model:
        check_output(model, MODEL)
    if report:
        check_output(report, REPORT, [model] if model else [])


def trained(images: Labelled, options: TrainOptions, sizes: tuple[int, ...] = ()) -> TrainedDetector:
    """Train with progress and warnings on stderr, at the best of the sizes if there are any. Raises `CannotTrain`."""
    with shown_progress() as progress:
        if sizes:
            found, trials = train_at_best_size(images, options, sizes, progress)
            click.echo(described(trials, found.size), err=True)
        else:
            found = train_on(images, options, progress)
    warn_left_out(found.images.left_out)
    warn(training_warnings(found))
    return found


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """The progress of each step of a training as a bar of its own, on stderr."""
    tasks: dict[str, TaskID] = {}
    with Bar(console=Console(stderr=True), transient=True) as bar:

        def progress[T](items: Iterable[T], step: str, total: int) -> Iterator[T]:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            for done, item in enumerate(items, 1):
                yield item
                bar.update(tasks[step], completed=done)

        yield progress
