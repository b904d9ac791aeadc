"""Models with given predictions."""

from dataclasses import dataclass, field

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.errors import NoModel, UnprocessableImage
from chalicelib.core.image_statistics import ImageStatistics
from chalicelib.core.inspection import PixelMask, Prediction
from chalicelib.core.spots import Box


@dataclass
class FakeModel:
    """Predicts the given probability, rejects content that ends with `broken`, or raises `fault`.

    Every image is unusual at its upper left; `unfamiliar` says why the images are unlike anything in training.
    """

    anomaly_probability: float = 0.1
    unfamiliar: str | None = None
    fault: Exception | None = None

    def predict(self, content: bytes, mask_colour: str | None = None) -> Prediction:
        if self.fault is not None:
            raise self.fault
        if content.endswith(b"broken"):
            raise UnprocessableImage("the image is truncated")
        p = self.anomaly_probability
        return Prediction(
            anomalous=p > 0.5,
            unfamiliar=self.unfamiliar,
            anomaly_probability=p,
            anomaly_score=p * 10,
            width=64,
            height=48,
            boxes=(Box(2, 3, 18, 15),),
            area_fraction=0.0625,
            anomaly_map=AnomalyMap(3, 4, bytes([200, *bytes(11)])),
            mask=None if mask_colour is None else PixelMask(f"PNG {mask_colour}".encode(), 0.0625),
            features="filters",
            statistics=ImageStatistics(120.5, 0.31, 0.5, 0.48, 0.62),
            model_version="1",
            milliseconds=20.0,
        )


@dataclass
class FakeModels:
    """Live models by project."""

    models: dict[str, FakeModel] = field(default_factory=lambda: {"plates": FakeModel()})

    def live(self, project: str) -> FakeModel:
        if project not in self.models:
            raise NoModel(f"project {project!r} has no live model version: train one and start it")
        return self.models[project]

    def version(self, project: str, version: str) -> FakeModel:
        return self.live(project)
