"""What the pipeline needs from models: the live model of a project, and which version that is."""

from typing import Protocol

from chalicelib.core.errors import LinewatchError
from chalicelib.core.inspection import Prediction

SELF_TEST = "selfTest"
"""The key of an event that asks inspect_images to test a model of the project that is its value.

It is the live one, or the one that the key `version` names.
"""


class ModelRefused(LinewatchError):
    """The model's file is damaged, or it does not predict what it did in training; the message says why."""


class InspectionTooSlow(LinewatchError):
    """A model did not inspect an image in time; the message names the version."""


class Model(Protocol):
    """A loaded model version."""

    def predict(self, content: bytes, mask_colour: str | None = None) -> Prediction:
        """Decode the image and predict; `UnprocessableImage` says why an image can never be inspected.

        With a colour, `#RRGGBB`, the prediction has a mask in which it marks what is unusual.
        Raises `InspectionTooSlow` when it takes too long.
        """
        ...


class LiveModels(Protocol):
    """The model that inspects the images of a project."""

    def live(self, project: str) -> Model:
        """The live version of this project; `NoModel` when there is none.

        Raises `ModelRefused` for a version that cannot be used.
        """
        ...


class Models(LiveModels, Protocol):
    """The registry of model versions."""

    def version(self, project: str, version: str) -> Model:
        """This version, live or not. Raises `ModelRefused` if it cannot be used."""
        ...


class LiveVersions(Protocol):
    """The version of each project that the pipeline uses."""

    def point(self, project: str, version: str | None, *, order: int) -> None:
        """Make this version the live one; None: the project has none.

        Nothing changes after a call of a higher order.
        """
        ...
