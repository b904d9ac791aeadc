"""The registry of model versions: the table names the live version, the bucket holds the model files."""

from datetime import datetime, timedelta
from threading import Lock
from time import perf_counter
from typing import Any

from chalicelib.core.clock import Clock
from chalicelib.core.errors import NoModel, UnprocessableImage
from chalicelib.core.inspection import Prediction
from chalicelib.vision.decode import Undecodable, decode
from chalicelib.vision.detector import Detector
from chalicelib.vision.model_file import load

FRESH = timedelta(seconds=30)
"""How long a worker uses a model before it checks again which version is live."""


MOST_LOADED = 8
"""The most models in a worker's memory. A further one replaces the model whose version was checked longest ago."""


class VisionModel:
    """A detector with its version. It inspects one image at a time: more would share one core and need more memory."""

    def __init__(self, detector: Detector, version: str) -> None:
        self._detector = detector
        self._version = version
        self._one_at_a_time = Lock()

    def predict(self, content: bytes) -> Prediction:
        """Decode the image and predict; `UnprocessableImage` when it cannot be decoded."""
        with self._one_at_a_time:
            started = perf_counter()
            try:
                pixels = decode(content)
            except Undecodable as error:
                raise UnprocessableImage(str(error)) from error
            prediction = self._detector.inspect(pixels)
            seconds = perf_counter() - started
        return Prediction(
            anomalous=prediction.anomalous,
            anomaly_probability=prediction.anomaly_probability,
            anomaly_score=prediction.anomaly_score,
            width=pixels.shape[1],
            height=pixels.shape[0],
            model_version=self._version,
            milliseconds=seconds * 1000,
        )


class ModelRegistry:
    """The projects table (hash key `project`) and the model files `models/<project>/<version>.safetensors`."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str, clock: Clock) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket
        self._clock = clock
        self._lock = Lock()
        self._live: dict[str, tuple[datetime, VisionModel, str]] = {}

    def live(self, project: str) -> VisionModel:
        """The live version. The model is loaded once; after `FRESH` the version is checked again."""
        with self._lock:
            known = self._live.get(project)
            if known is not None and self._clock() - known[0] < FRESH:
                return known[1]
            version = self._live_version(project)
            model = known[1] if known is not None and known[2] == version else self._load(project, version)
            self._live.pop(project, None)
            self._live[project] = (self._clock(), model, version)
            if len(self._live) > MOST_LOADED:
                del self._live[next(iter(self._live))]
            return model

    def publish(self, project: str, artifact: bytes) -> str:
        """Give the model file the next number, store it and make it live; return the number.

        After a crash in between, one number is unused and the old version is still live. A file that is not a model
        raises `ArtifactError`.
        """
        load(artifact)
        version = self._update(project, "ADD versions :one", {":one": {"N": "1"}})["versions"]["N"]
        self._s3.put_object(Bucket=self._bucket, Key=_key(project, version), Body=artifact)
        self._update(project, "SET live_version = :version", {":version": {"S": version}})
        return str(version)

    def _update(self, project: str, expression: str, values: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key={"project": {"S": project}},
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )
        attributes: dict[str, dict[str, str]] = answer["Attributes"]
        return attributes

    def _live_version(self, project: str) -> str:
        item = self._dynamodb.get_item(TableName=self._table, Key={"project": {"S": project}}).get("Item", {})
        if "live_version" not in item:
            raise NoModel(f"project {project!r} has no live model version: train and publish one")
        version: str = item["live_version"]["S"]
        return version

    def _load(self, project: str, version: str) -> VisionModel:
        answer = self._s3.get_object(Bucket=self._bucket, Key=_key(project, version))
        return VisionModel(load(answer["Body"].read()), version)


def _key(project: str, version: str) -> str:
    return f"models/{project}/{version}.safetensors"
