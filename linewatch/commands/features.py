"""The options that choose the features to train with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from chalicelib.models.backbones import backbone_options
from chalicelib.vision.features.backbone import PREPROCESS, BackboneError, BackboneOptions


def features_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--features`, and the network that `--features onnx` takes."""
    options = [
        click.option(
            "--features",
            type=click.Choice(["lite0", "filters", "onnx"]),
            default="lite0",
            show_default=True,
            help="Of EfficientNet-Lite0, of filters without weights, or of another network.",
        ),
        click.option("--backbone", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An ONNX file."),
        click.option("--taps", help="Names of the backbone's tensors to take, with commas; its outputs without."),
        click.option("--preprocess", type=click.Choice(sorted(PREPROCESS)), default="signed", show_default=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def chosen_backbone(features: str, backbone: Path | None, taps: str | None, preprocess: str) -> BackboneOptions | None:
    """The network that these options choose; None for the filters. Raises `WeightsMissing`."""
    if features != "onnx":
        if backbone or taps:
            raise click.UsageError("--backbone and --taps need --features onnx")
        return default_backbone() if features == "lite0" else None
    if not backbone:
        raise click.UsageError("--features onnx needs --backbone FILE")
    return onnx_backbone(backbone, taps.split(",") if taps else None, preprocess)


def default_backbone() -> BackboneOptions:
    """The network of `--features lite0`. Raises `WeightsMissing`."""
    from linewatch.backbone.lite0 import lite0

    return lite0()


def onnx_backbone(path: Path, taps: list[str] | None = None, preprocess: str = "signed") -> BackboneOptions:
    """The network of an ONNX file. Raises `click.ClickException` for one that cannot be used."""
    try:
        return backbone_options(path, taps, preprocess)
    except BackboneError as error:
        raise click.ClickException(str(error)) from error
