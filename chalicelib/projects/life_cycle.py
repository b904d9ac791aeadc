"""The life of a model version: which status may follow on which, and what each means for its project."""

from dataclasses import replace
from datetime import datetime

from chalicelib.projects.domain import Kind, ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType

_S = ModelStatus
FOLLOWING: dict[ModelStatus, frozenset[ModelStatus]] = {
    _S.TRAINING: frozenset({_S.TRAINED, _S.TRAINING_FAILED}),
    _S.TRAINED: frozenset({_S.STARTING_HOSTING, _S.DELETING}),
    _S.TRAINING_FAILED: frozenset({_S.DELETING}),
    _S.STARTING_HOSTING: frozenset({_S.HOSTED, _S.HOSTING_FAILED, _S.STOPPING_HOSTING}),
    _S.HOSTED: frozenset({_S.STOPPING_HOSTING, _S.SYSTEM_UPDATING}),
    _S.HOSTING_FAILED: frozenset({_S.STARTING_HOSTING, _S.STOPPING_HOSTING, _S.DELETING}),
    _S.STOPPING_HOSTING: frozenset({_S.TRAINED}),
    _S.SYSTEM_UPDATING: frozenset({_S.HOSTED, _S.HOSTING_FAILED}),
    _S.DELETING: frozenset(),
}
"""The statuses that may follow on each. A version that is DELETING is removed in the end."""

ADVICE: dict[ModelStatus, str] = {
    _S.TRAINING: "wait until it is TRAINED or TRAINING_FAILED",
    _S.TRAINED: "it is not hosted; start it with StartModel",
    _S.TRAINING_FAILED: "delete it with DeleteModel and train another version",
    _S.STARTING_HOSTING: "wait until it is HOSTED, or end that with StopModel",
    _S.HOSTED: "it is in use; to end that, call StopModel",
    _S.HOSTING_FAILED: "start it again with StartModel, end that with StopModel, or delete it with DeleteModel",
    _S.STOPPING_HOSTING: "wait until it is TRAINED",
    _S.SYSTEM_UPDATING: "wait until it is HOSTED",
    _S.DELETING: "wait until it is gone; if it stays, call DeleteModel again",
}
"""What a person can do about a version that is in the wrong status for a call."""

KINDS: dict[ModelStatus, Kind] = {
    _S.TRAINING: Kind.TRAINING,
    _S.STARTING_HOSTING: Kind.UNSETTLED,
    _S.STOPPING_HOSTING: Kind.UNSETTLED,
    _S.HOSTING_FAILED: Kind.UNSETTLED,
    _S.HOSTED: Kind.HOSTED,
}
"""What the status of a version makes of its project. A version in another status is found by its project only."""
RUNNING = frozenset({_S.STARTING_HOSTING, _S.HOSTED, _S.SYSTEM_UPDATING})
"""Statuses in which a version may be the one that the pipeline uses."""
WANTED = RUNNING | {_S.HOSTING_FAILED}
"""Statuses of a version that somebody wants to run."""


def wrong_status(model: ModelVersion, call: str) -> Conflict:
    """The error for a call that the version's status does not allow."""
    return Conflict(
        model.resource_id,
        ResourceType.MODEL,
        f"{call}: version {model.version} of project {model.project} is {model.status}: {ADVICE[model.status]}",
    )


def moved(model: ModelVersion, to: ModelStatus, *, reason: str = "", at: datetime) -> ModelVersion:
    """The version in its next status; `reason` is the message of a failure. `Conflict` if `to` may not follow."""
    if to not in FOLLOWING[model.status]:
        raise wrong_status(model, f"it cannot become {to}")
    return replace(model, status=to, status_message=reason, changed_at=at, lease=None)
