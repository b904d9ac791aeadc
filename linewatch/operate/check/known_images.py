"""Two images with known verdicts, and a small model that gives them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import md5, sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from chalicelib.composition import Linewatch
from chalicelib.core.errors import NoModel
from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import Verdict
from chalicelib.models.layouts import labelled
from chalicelib.models.ports import Model, ModelRefused
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.wiring import ProjectsWiring
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions, train
from linewatch.operate.operator import operator_grant
from linewatch.operate.versions import import_and_start, stop
from linewatch.samples import JPEG_QUALITY, Counts, draw, write

SEED = 7
SIDE = 128
TRAINING = Counts(normal=20, anomaly=4)
_DEFECT = 3
"""The training image whose defect is the most distinct."""


@dataclass(frozen=True, slots=True)
class KnownImage:
    """A JPEG and its verdict."""

    name: str
    content: bytes
    verdict: Verdict

    @property
    def sha256(self) -> str:
        """The digest that a camera sends."""
        return sha256(self.content).hexdigest()

    @property
    def etag(self) -> str:
        """The ETag that the bucket will return for these bytes."""
        return md5(self.content, usedforsecurity=False).hexdigest()


@cache
def known_images() -> tuple[KnownImage, ...]:
    """A good and a defective image. The model has seen both: this checks the chain, not the accuracy."""
    good, _ = draw(SEED, "train", 0, anomalous=False)
    defective, _ = draw(SEED, "train", _DEFECT, anomalous=True)
    return (
        KnownImage("good", _jpeg(Image.fromarray(good)), Verdict.NORMAL),
        KnownImage("defective", _jpeg(Image.fromarray(defective)), Verdict.ANOMALOUS),
    )


def make_model_ready(linewatch: Linewatch, echo: Callable[[str], None]) -> None:
    """Make sure that the project of checks has a model with the right verdicts; train and start one if not.

    Nobody sees this project in a list of projects.
    """
    try:
        if _is_right(linewatch.models.registry.live(CHECK_PROJECT)):
            return
    except (NoModel, ModelRefused):
        pass  # a first check, or a version of the model file that this Linewatch does not read
    echo("training a small model for the check")
    version = import_and_start(linewatch.projects, CHECK_PROJECT, trained_model())
    _delete_older(linewatch.projects, version)


def _delete_older(projects: ProjectsWiring, newest: ModelVersion) -> None:
    """A project has room for a limited number of versions, and nobody needs these."""
    grant = operator_grant(CHECK_PROJECT)
    for each in projects.list_models(CHECK_PROJECT, grant).items:
        if each.version == newest.version:
            continue
        if each.status is ModelStatus.HOSTED:
            stop(projects, each)
        projects.delete_model(CHECK_PROJECT, str(each.version), grant)


@cache
def trained_model() -> bytes:
    """A model file, trained on drawn images in some seconds."""
    with TemporaryDirectory() as folder:
        write(Path(folder), {"train": TRAINING}, SEED, lambda _: None)
        images = labelled(Path(folder) / "train")
        return save(train(images.normal, images.anomaly, TrainOptions(size=SIDE)).detector)


def _is_right(model: Model) -> bool:
    predictions = [(image, model.predict(image.content)) for image in known_images()]
    return all(
        not prediction.unfamiliar and prediction.anomalous == (image.verdict is Verdict.ANOMALOUS)
        for image, prediction in predictions
    )


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
