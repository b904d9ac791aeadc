"""The outcomes for an image: what the machine says of it, and what a person says."""

from enum import StrEnum


class Verdict(StrEnum):
    """The outcome for an image.

    An `unfamiliar` image is unlike anything in training, so the model can say nothing of the part. A `rejected` image
    can never be inspected; a `failed` one ran out of attempts.
    """

    NORMAL = "normal"
    ANOMALOUS = "anomalous"
    UNFAMILIAR = "unfamiliar"
    REJECTED = "rejected"
    FAILED = "failed"


class Label(StrEnum):
    """What a person says of a part."""

    NORMAL = "normal"
    ANOMALOUS = "anomalous"
