"""What the pipeline needs from models: the live model of a project, and a way to publish a new one."""

from typing import Protocol

from chalicelib.core.inspection import Prediction


class Model(Protocol):
    """A loaded model version."""

    def predict(self, content: bytes) -> Prediction:
        """Decode the image and predict; `UnprocessableImage` says why an image can never be inspected."""
        ...


class Models(Protocol):
    """The registry of model versions."""

    def live(self, project: str) -> Model:
        """The live version of this project; `NoModel` when there is none."""
        ...

    def publish(self, project: str, model_file: bytes) -> str:
        """Store a model file as the project's next version, make it live and return the version."""
        ...
