"""Where each operation of the contract is: its method, its path, and the status of its success."""

from http import HTTPStatus
from typing import NamedTuple

from chalicelib.projects.operations import Operation

PREFIX = "/2020-11-20"
_PROJECT = f"{PREFIX}/projects/{{projectName}}"
_DATASET = f"{_PROJECT}/datasets/{{datasetType}}"
_MODEL = f"{_PROJECT}/models/{{modelVersion}}"
_TAGS = f"{PREFIX}/tags/{{resourceArn+}}"
"""The client encodes the slash in an ARN. A gateway may decode it, so that there are more parts of a path."""


class Route(NamedTuple):
    """One operation's route."""

    method: str
    path: str
    status: HTTPStatus = HTTPStatus.OK


ROUTES: dict[Operation, Route] = {
    Operation.CREATE_PROJECT: Route("POST", f"{PREFIX}/projects"),
    Operation.LIST_PROJECTS: Route("GET", f"{PREFIX}/projects"),
    Operation.DESCRIBE_PROJECT: Route("GET", _PROJECT),
    Operation.DELETE_PROJECT: Route("DELETE", _PROJECT),
    Operation.CREATE_DATASET: Route("POST", f"{_PROJECT}/datasets", HTTPStatus.ACCEPTED),
    Operation.DESCRIBE_DATASET: Route("GET", _DATASET),
    Operation.DELETE_DATASET: Route("DELETE", _DATASET, HTTPStatus.ACCEPTED),
    Operation.LIST_DATASET_ENTRIES: Route("GET", f"{_DATASET}/entries"),
    Operation.UPDATE_DATASET_ENTRIES: Route("PATCH", f"{_DATASET}/entries", HTTPStatus.ACCEPTED),
    Operation.CREATE_MODEL: Route("POST", f"{_PROJECT}/models", HTTPStatus.ACCEPTED),
    Operation.LIST_MODELS: Route("GET", f"{_PROJECT}/models"),
    Operation.DESCRIBE_MODEL: Route("GET", _MODEL),
    Operation.DELETE_MODEL: Route("DELETE", _MODEL, HTTPStatus.ACCEPTED),
    Operation.START_MODEL: Route("POST", f"{_MODEL}/start", HTTPStatus.ACCEPTED),
    Operation.STOP_MODEL: Route("POST", f"{_MODEL}/stop", HTTPStatus.ACCEPTED),
    Operation.DETECT_ANOMALIES: Route("POST", f"{_MODEL}/detect"),
    Operation.TAG_RESOURCE: Route("POST", _TAGS),
    Operation.UNTAG_RESOURCE: Route("DELETE", _TAGS),
    Operation.LIST_TAGS: Route("GET", _TAGS),
}

PACKAGING: dict[str, Route] = {
    "StartModelPackagingJob": Route("POST", f"{_PROJECT}/modelpackagingjobs"),
    "ListModelPackagingJobs": Route("GET", f"{_PROJECT}/modelpackagingjobs"),
    "DescribeModelPackagingJob": Route("GET", f"{_PROJECT}/modelpackagingjobs/{{jobName}}"),
}
"""Linewatch has no packaging jobs. These routes say what to use instead."""
