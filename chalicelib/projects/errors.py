"""The errors of the registry. Each names the resource that it is about."""

from enum import StrEnum

from chalicelib.core.errors import LinewatchError, NotFound, WrongState


class ResourceType(StrEnum):
    """The kinds of resources, by the contract's names."""

    PROJECT = "PROJECT"
    DATASET = "DATASET"
    MODEL = "MODEL"


class NoSuchResource(NotFound):
    """The resource does not exist."""

    def __init__(self, resource_id: str, resource_type: ResourceType, message: str) -> None:
        super().__init__(message)
        self.resource_id, self.resource_type = resource_id, resource_type


class Conflict(WrongState):
    """The resource is in the wrong state for this call; the message says what to do."""

    def __init__(self, resource_id: str, resource_type: ResourceType, message: str) -> None:
        super().__init__(message)
        self.resource_id, self.resource_type = resource_id, resource_type


class TrainingFailed(LinewatchError):
    """A version cannot be trained, now or later; the message says why and what to do."""


class TooLarge(TrainingFailed):
    """The training is too large for the worker; the message has an estimate."""


class LeaseLost(LinewatchError):
    """The version is not this worker's any more: the worker must stop and change nothing."""


class ImageUnavailable(LinewatchError):
    """An image of a data set cannot be read, now or later; the message says why."""


class QuotaExceeded(WrongState):
    """The resource has as much as it may have; the message names the limit."""

    def __init__(self, resource_id: str, resource_type: ResourceType, message: str) -> None:
        super().__init__(message)
        self.resource_id, self.resource_type = resource_id, resource_type
