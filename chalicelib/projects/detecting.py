"""Which version may inspect images for a caller."""

from chalicelib.access.domain import Grant
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.life_cycle import wrong_status
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry


def hosted_model(project: str, version: str, grant: Grant, *, registry: Registry) -> ModelVersion:
    """The version by its number, or the newest by `latest`. `NoSuchResource`; `Conflict` unless it is hosted."""
    require_allowed(Operation.DETECT_ANOMALIES, grant, project)
    model = registry.find(project).model(version)
    if model.status is not ModelStatus.HOSTED:
        raise wrong_status(model, "DetectAnomalies")
    return model
