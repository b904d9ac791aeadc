"""The registry gives each project its live model."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from threading import Event
from typing import Any, cast

import boto3
import numpy as np
import pytest
from moto import mock_aws
from PIL import Image

from chalicelib.core.errors import NoModel, UnprocessableImage
from chalicelib.models.live_versions import DynamoDBLiveVersions
from chalicelib.models.ports import InspectionTooSlow, ModelRefused
from chalicelib.models.registry import FRESH, MOST_LOADED, ModelRegistry, VisionModel, checked
from chalicelib.projects.s3 import S3ModelFiles
from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import decode
from chalicelib.vision.detector import Detector, Prediction
from chalicelib.vision.features.resizing import Shape
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions, train
from tests.support.builders import FakeClock
from tests.vision.drawn import part


def photo(seed: int, width: int = 64) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(90, 110, (64, width, 3), dtype=np.uint8)


def png(seed: int, width: int = 64) -> bytes:
    written = BytesIO()
    Image.fromarray(photo(seed, width)).save(written, "PNG")
    return written.getvalue()


def jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=92)
    return written.getvalue()


@pytest.fixture(scope="module")
def artifact() -> bytes:
    return save(train([photo(seed) for seed in range(12)], [], TrainOptions(size=64)).detector)


@pytest.fixture
def registry() -> Iterator[ModelRegistry]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        dynamodb.create_table(
            TableName="projects",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
        )
        yield ModelRegistry(dynamodb, s3, table="projects", bucket="bucket", clock=FakeClock())


def hosted(registry: ModelRegistry, project: str, content: bytes) -> str:
    """Store a file as the project's next version and make that the live one, as the model service does."""
    stored = registry._s3.list_objects_v2(Bucket="bucket", Prefix=f"models/{project}/")["KeyCount"]
    S3ModelFiles(registry._s3, "bucket").put(project, stored + 1, content)
    DynamoDBLiveVersions(registry._dynamodb, "projects").point(project, str(stored + 1), order=stored)
    return str(stored + 1)


def test_a_project_without_a_live_model_says_what_to_do(registry: ModelRegistry) -> None:
    with pytest.raises(NoModel, match="train one and start it"):
        registry.live("plates")


def test_a_live_model_predicts_with_its_version(registry: ModelRegistry, artifact: bytes) -> None:
    assert hosted(registry, "plates", artifact) == "1"
    prediction = registry.live("plates").predict(png(99, width=96))
    assert (prediction.model_version, prediction.width, prediction.height) == ("1", 96, 64)
    assert 0 <= prediction.anomaly_probability <= 1
    assert prediction.statistics is not None
    assert prediction.statistics.brightness == pytest.approx(np.asarray(decode(png(99, width=96))).mean(), abs=3)
    assert prediction.statistics.training_distance > 0


def test_what_a_camera_sees_does_not_depend_on_how_many_pixels_it_sends(
    registry: ModelRegistry, artifact: bytes
) -> None:
    hosted(registry, "plates", artifact)
    small, large = (
        registry.live("plates").predict(jpeg(Image.fromarray(part(1)).resize((side, side)))) for side in (128, 2560)
    )
    assert (large.width, large.height) == (2560, 2560)
    assert small.statistics is not None
    assert large.statistics is not None
    assert large.statistics.sharpness == pytest.approx(small.statistics.sharpness, rel=0.2)
    assert large.statistics.brightness == pytest.approx(small.statistics.brightness, abs=2)


def test_a_strict_model_takes_an_image_by_the_size_that_it_has_in_its_file() -> None:
    photos = [part(seed) for seed in range(12)]
    model = VisionModel(train(photos, [], TrainOptions(size=32, strict_size=True)).detector, "1")
    assert model.predict(jpeg(Image.fromarray(part(13)))).width == 128
    with pytest.raises(UnprocessableImage, match="64 x 64 px, but this model takes 128 x 128"):
        model.predict(jpeg(Image.fromarray(part(13)).resize((64, 64))))


def test_an_undecodable_image_is_rejected(registry: ModelRegistry, artifact: bytes) -> None:
    hosted(registry, "plates", artifact)
    with pytest.raises(UnprocessableImage):
        registry.live("plates").predict(png(99)[:200])


def test_a_worker_uses_its_model_while_it_is_fresh_and_then_loads_the_next(
    registry: ModelRegistry, artifact: bytes
) -> None:
    clock = registry._clock
    assert isinstance(clock, FakeClock)
    hosted(registry, "plates", artifact)
    first = registry.live("plates")
    assert hosted(registry, "plates", artifact) == "2"
    assert registry.live("plates") is first
    clock.pass_by(FRESH.total_seconds())
    assert registry.live("plates").predict(png(99)).model_version == "2"


def test_an_unchanged_model_is_not_loaded_again(registry: ModelRegistry, artifact: bytes) -> None:
    clock = registry._clock
    assert isinstance(clock, FakeClock)
    hosted(registry, "plates", artifact)
    first = registry.live("plates")
    clock.pass_by(FRESH.total_seconds())
    assert registry.live("plates") is first


def test_a_file_that_is_not_a_model_is_refused() -> None:
    with pytest.raises(ModelRefused, match="cut short or no model file"):
        checked(b"not a model", "7")


def test_a_version_that_is_not_live_is_loaded_once(registry: ModelRegistry, artifact: bytes) -> None:
    for _ in range(2):
        hosted(registry, "plates", artifact)
    first = registry.version("plates", "1")
    assert first.predict(png(99)).model_version == "1"
    assert registry.version("plates", "1") is first
    assert registry.live("plates").predict(png(99)).model_version == "2"


def test_a_version_that_is_the_live_one_too_is_in_memory_once(registry: ModelRegistry, artifact: bytes) -> None:
    hosted(registry, "plates", artifact)
    assert registry.version("plates", "1") is registry.live("plates")


def test_each_project_has_its_own_model(registry: ModelRegistry, artifact: bytes) -> None:
    hosted(registry, "plates", artifact)
    with pytest.raises(NoModel):
        registry.live("rings")


def test_the_model_that_was_checked_longest_ago_gives_way(registry: ModelRegistry, artifact: bytes) -> None:
    clock = registry._clock
    assert isinstance(clock, FakeClock)
    projects = [f"project-{number}" for number in range(MOST_LOADED + 1)]
    for project in projects:
        hosted(registry, project, artifact)
    first, second, *_ = [registry.live(project) for project in projects[:-1]]
    clock.pass_by(FRESH.total_seconds())
    assert registry.live(projects[0]) is first
    registry.live(projects[-1])
    assert registry.live(projects[0]) is first
    assert registry.live(projects[1]) is not second


def test_a_worker_holds_a_limited_number_of_models(registry: ModelRegistry, artifact: bytes) -> None:
    projects = [f"project-{number}" for number in range(MOST_LOADED + 1)]
    for project in projects:
        hosted(registry, project, artifact)
    first, *others = [registry.live(project) for project in projects]
    assert [registry.live(project) for project in projects[1:]] == others
    assert registry.live(projects[0]) is not first


def spoiled(registry: ModelRegistry, artifact: bytes, version: str) -> None:
    """Damage a version where it is stored: it could not be imported like that."""
    content = bytearray(artifact)
    content[-1] ^= 1
    registry._s3.put_object(Bucket="bucket", Key=f"models/plates/{version}.safetensors", Body=bytes(content))


def test_a_model_that_fails_its_self_test_is_refused(artifact: bytes) -> None:
    detector = load(artifact)
    worse = replace(detector, calibration=replace(detector.calibration, center=1e6))
    with pytest.raises(ModelRefused, match=r"reference image 1: anomaly_(probability|score) is"):
        checked(save(worse), "7")


def test_a_worker_refuses_a_damaged_version_with_its_reason_and_goes_on_with_the_next(
    registry: ModelRegistry, artifact: bytes
) -> None:
    clock = registry._clock
    assert isinstance(clock, FakeClock)
    hosted(registry, "plates", artifact)
    registry.live("plates")
    hosted(registry, "plates", artifact)
    spoiled(registry, artifact, "2")
    clock.pass_by(FRESH.total_seconds())
    for _ in range(2):
        with pytest.raises(ModelRefused, match=r"version 2 of project 'plates' is refused: .*SHA-256"):
            registry.live("plates")
    hosted(registry, "plates", artifact)
    clock.pass_by(FRESH.total_seconds())
    assert registry.live("plates").predict(png(99)).model_version == "3"


def test_a_refused_version_is_read_once_while_it_is_fresh(registry: ModelRegistry, artifact: bytes) -> None:
    hosted(registry, "plates", artifact)
    spoiled(registry, artifact, "1")
    with pytest.raises(ModelRefused):
        registry.live("plates")
    registry._s3.put_object(Bucket="bucket", Key="models/plates/1.safetensors", Body=artifact)
    with pytest.raises(ModelRefused):
        registry.live("plates")
    clock = registry._clock
    assert isinstance(clock, FakeClock)
    clock.pass_by(FRESH.total_seconds())
    assert registry.live("plates").predict(png(99)).model_version == "1"


class SlowDetector:
    """A detector that inspects only once it may."""

    def __init__(self, detector: Detector) -> None:
        self._detector, self.may = detector, Event()
        self.mask_level, self.metadata = detector.mask_level, detector.metadata
        self.wanted_size = detector.wanted_size

    def inspect(self, photo: Photo, size: Shape) -> Prediction:
        self.may.wait(30)
        return self._detector.inspect(photo, size)


def test_an_image_that_takes_too_long_fails_with_the_version_and_the_next_waits_for_it(artifact: bytes) -> None:
    slow = SlowDetector(load(artifact))
    model = VisionModel(cast("Detector", slow), "7", deadline=0.2)
    for _ in range(2):
        with pytest.raises(InspectionTooSlow, match=r"model version 7 did not inspect an image within 0\.2 s"):
            model.predict(png(99))
    slow.may.set()
    assert VisionModel(load(artifact), "8").predict(png(99)).model_version == "8"
    assert model.predict(png(99)).model_version == "7"
