"""Versions from the operator's side: bring a model file, start and stop a version, and wait for a training."""

from collections.abc import Callable
from time import monotonic, sleep

from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.errors import UsageProblem
from linewatch.operate.operator import operator_grant

PAUSE = 2.0
"""Seconds between two looks at a training."""
HOSTING_PAUSE, HOSTING_SECONDS = 0.5, 300.0
"""Seconds between two looks at a start or stop, and how long to wait for it: AWS needs up to two minutes."""


class NotHosted(UsageProblem):
    """A version was not started, or not stopped; the message says how it stands."""


def import_and_start(projects: ProjectsWiring, project: str, content: bytes) -> ModelVersion:
    """Make a model file the next version of a project and start it; the project is created unless it exists.

    Raises `ModelRefused`, before anything is stored but the project, and `NotHosted`.
    """
    create_unless_there(projects, project)
    version: ModelVersion = projects.import_model(project, ModelFile(content=content), operator_grant(project))
    return start(projects, version)


def create_unless_there(projects: ProjectsWiring, project: str) -> bool:
    """Whether the project had to be created."""
    try:
        projects.create_project(project, operator_grant(project))
    except Conflict:
        projects.describe_project(project, operator_grant(project))
        return False
    return True


def start(projects: ProjectsWiring, version: ModelVersion, units: int = 1) -> ModelVersion:
    """Host a version; it is the one that the pipeline uses then. The version as it is HOSTED. Raises `NotHosted`."""
    start = Start(version=str(version.version), min_inference_units=1, max_inference_units=units)
    projects.start_model(version.project, start, operator_grant(version.project))
    return wait_until_hosted(projects, version)


def wait_until_hosted(projects: ProjectsWiring, version: ModelVersion) -> ModelVersion:
    """The version as it is HOSTED. Raises `NotHosted`."""
    return _settled(projects, version, ModelStatus.HOSTED)


def stop(projects: ProjectsWiring, version: ModelVersion) -> ModelVersion:
    """Stop hosting a version. Raises `NotHosted`."""
    projects.stop_model(version.project, str(version.version), operator_grant(version.project))
    return _settled(projects, version, ModelStatus.TRAINED)


def _settled(projects: ProjectsWiring, version: ModelVersion, wanted: ModelStatus) -> ModelVersion:
    grant, until = operator_grant(version.project), monotonic() + HOSTING_SECONDS
    found: ModelVersion = projects.describe_model(version.project, str(version.version), grant)
    while found.changing and monotonic() < until:
        sleep(HOSTING_PAUSE)
        found = projects.describe_model(version.project, str(version.version), grant)
    if found.status is not wanted:
        raise NotHosted(f"version {found.version} of {found.project} is {found.status}: {found.status_message}")
    return found


def wait_until_trained(
    projects: ProjectsWiring,
    version: ModelVersion,
    seen: Callable[[float], object],
    pause: Callable[[float], object] = sleep,
) -> ModelVersion:
    """Wait while a version is trained; `seen` gets the progress, 0 to 1. The version as it is then."""
    while version.status is ModelStatus.TRAINING:
        seen(0.0 if version.lease is None else version.lease.progress)
        pause(PAUSE)
        version = projects.describe_model(version.project, str(version.version), operator_grant(version.project))
    return version
