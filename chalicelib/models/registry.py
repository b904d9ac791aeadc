"""The registry of model versions: the table names the live version, the bucket holds the model files.

A version whose file is damaged, or whose self-test fails, is refused when it is imported, and again by each worker
that loads it. The worker does not go on with the version that it held before: that one is no longer live, and a new
worker would have no other. The project's images fail with `ModelRefused`, are delivered again, and end in the dead
letters with that reason, until a version that works is started.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from chalicelib.core.anomaly_map import LARGEST_SIDE, AnomalyMap
from chalicelib.core.clock import Clock
from chalicelib.core.errors import NoModel, UnprocessableImage
from chalicelib.core.image import is_id
from chalicelib.core.image_statistics import ImageStatistics
from chalicelib.core.inspection import PixelMask, Prediction
from chalicelib.core.spots import Box
from chalicelib.models.ports import InspectionTooSlow, ModelRefused
from chalicelib.vision.appearance import appearance
from chalicelib.vision.decode import Undecodable, decode_reduced
from chalicelib.vision.detector import Detector, SelfTestFailed, WrongSize
from chalicelib.vision.detector import Prediction as DetectorPrediction
from chalicelib.vision.explain import explain, mask_picture, pixel_mask, small_map
from chalicelib.vision.grey_bits import grey_bits_of
from chalicelib.vision.model_bytes import ModelFileError
from chalicelib.vision.model_file import load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

FRESH = timedelta(seconds=30)
"""How long a worker uses a model before it checks again which version is live."""


MOST_LOADED = 8
"""The most models in a worker's memory. A further one replaces the model whose version was checked longest ago."""


DEADLINE = 15.0
"""Seconds for one image, waiting for the others of its batch included: half of the function's timeout."""


class VisionModel:
    """A detector with its version. One image at a time: more would share one core and multiply the memory.

    An image that takes too long fails, but its computation cannot be stopped, and the next ones wait for it: what
    `vision.validation` allows a model to ask for ends it.
    """

    def __init__(self, detector: Detector, version: str, deadline: float = DEADLINE) -> None:
        self._detector = detector
        self._version = version
        self._deadline = deadline
        self._one_at_a_time = ThreadPoolExecutor(1, thread_name_prefix="inspection")

    def predict(self, content: bytes, mask_colour: str | None = None) -> Prediction:
        """Decode and predict. `InspectionTooSlow` after the deadline.

        `UnprocessableImage` if it cannot be decoded, or is not of the size that a strict model takes.
        """
        return self._in_time(lambda: self._predict(content, mask_colour))

    def self_test(self) -> None:
        """Inspect the reference images. Raises `SelfTestFailed`, and `InspectionTooSlow` after the deadline."""
        self._in_time(self._detector.self_test)

    def _in_time[T](self, work: Callable[[], T]) -> T:
        running = self._one_at_a_time.submit(work)
        try:
            return running.result(self._deadline)
        except TimeoutError as error:
            running.cancel()
            raise InspectionTooSlow(
                f"model version {self._version} did not inspect an image within {self._deadline:g} s"
            ) from error

    def _predict(self, content: bytes, mask_colour: str | None) -> Prediction:
        started, detector = perf_counter(), self._detector
        try:
            photo, shape = decode_reduced(content, detector.wanted_size, grey_bits=grey_bits_of(detector.metadata))
            prediction = detector.inspect(photo, shape)
        except (Undecodable, WrongSize) as error:
            raise UnprocessableImage(str(error)) from error
        explanation = explain(prediction.anomaly_map, detector.mask_level, shape)
        levels = small_map(prediction.anomaly_map, detector.mask_level, LARGEST_SIDE)
        statistics = ImageStatistics(*appearance(photo), prediction.training_distance)
        seconds = perf_counter() - started
        return Prediction(
            anomalous=prediction.anomalous,
            unfamiliar=prediction.unfamiliar,
            anomaly_probability=prediction.anomaly_probability,
            anomaly_score=prediction.anomaly_score,
            width=shape[1],
            height=shape[0],
            boxes=tuple(map(Box._make, explanation.boxes)),
            area_fraction=round(explanation.area_fraction, 4),
            anomaly_map=AnomalyMap(levels.shape[0], levels.shape[1], levels.tobytes()),
            features=detector.metadata.get("features"),
            statistics=statistics.rounded(),
            mask=None if mask_colour is None else self._mask(prediction, shape, mask_colour),
            model_version=self._version,
            milliseconds=seconds * 1000,
        )

    def _mask(self, prediction: DetectorPrediction, shape: tuple[int, int], colour: str) -> PixelMask:
        """What is beyond the mask level; nothing in an image that passes."""
        stopped = prediction.anomalous or prediction.unfamiliar is not None
        mask = pixel_mask(prediction.anomaly_map, self._detector.mask_level if stopped else inf, shape)
        return PixelMask(mask_picture(mask, colour), float(mask.mean()))


def checked(model_file: bytes, version: str) -> VisionModel:
    """The model of a file. Raises `ModelRefused` unless its checks and its self-test pass."""
    try:
        model = VisionModel(load(model_file), version)
        model.self_test()
    except (ModelFileError, SelfTestFailed, InspectionTooSlow) as error:
        raise ModelRefused(str(error)) from error
    return model


@dataclass(frozen=True)
class Loaded:
    """A version of a project, or why it is refused, as a worker last saw it."""

    at: datetime
    project: str
    version: str
    model: VisionModel | ModelRefused


class ModelRegistry:
    """The projects table (hash key `project`) and the model files `models/<project>/<version>.safetensors`."""

    def __init__(self, dynamodb: "DynamoDBClient", s3: "S3Client", *, table: str, bucket: str, clock: Clock) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket
        self._clock = clock
        self._lock = Lock()
        self._held: dict[tuple[str, str | None], Loaded] = {}

    def live(self, project: str) -> VisionModel:
        """The live version. The model is loaded once; after `FRESH` the version is checked again.

        Raises `NoModel`, and `ModelRefused`, which is remembered as long as a version is.
        """
        return self._model(project, None)

    def version(self, project: str, version: str) -> VisionModel:
        """This version, live or not. Raises `ModelRefused`, as above."""
        return self._model(project, version)

    def _model(self, project: str, version: str | None) -> VisionModel:
        """This version, or the live one. A version that is also the live one is in memory once."""
        with self._lock:
            loaded = self._loaded(project, version)
            self._held.pop((project, version), None)
            self._held[project, version] = loaded
            if len(self._held) > MOST_LOADED:
                del self._held[next(iter(self._held))]
        if isinstance(loaded.model, ModelRefused):
            raise ModelRefused(str(loaded.model)) from loaded.model.__cause__
        return loaded.model

    def _live_version(self, project: str) -> str:
        item = self._dynamodb.get_item(TableName=self._table, Key={"project": {"S": project}}).get("Item", {})
        if "live_version" not in item:
            raise NoModel(f"project {project!r} has no live model version: train one and start it")
        version = item["live_version"].get("S", "")
        if not is_id(version):
            raise NoModel(f"project {project!r} has no readable live model version: start one again")
        return version

    def _loaded(self, project: str, wanted: str | None) -> Loaded:
        known = self._held.get((project, wanted))
        if known is not None and self._clock() - known.at < FRESH:
            return known
        version = wanted or self._live_version(project)
        for held in self._held.values():
            if (held.project, held.version) == (project, version) and isinstance(held.model, VisionModel):
                return replace(held, at=self._clock())
        answer = self._s3.get_object(Bucket=self._bucket, Key=_key(project, version))
        content = answer["Body"].read()
        try:
            return Loaded(self._clock(), project, version, checked(content, version))
        except ModelRefused as refused:
            reason = ModelRefused(f"version {version} of project {project!r} is refused: {refused}")
            reason.__cause__ = refused.__cause__
            return Loaded(self._clock(), project, version, reason)


def _key(project: str, version: str) -> str:
    return f"models/{project}/{version}.safetensors"
