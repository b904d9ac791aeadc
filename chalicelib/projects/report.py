"""Find the training report of a version."""

from chalicelib.access.domain import Grant
from chalicelib.core.errors import NotFound
from chalicelib.core.link import Link, Links
from chalicelib.projects.evaluation_files import place_of
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry


def find_report(project: str, version: str, grant: Grant, *, registry: Registry, links: Links) -> Link:
    """A link to the HTML file. `NotFound` if there is no such version, or none that was trained by the service."""
    require_allowed(Operation.DESCRIBE_MODEL, grant, project)
    models = {str(number): model for number, model in registry.find(project).models.items()}
    model = models.get(version)
    if model is None or model.output is None or model.evaluation is None:
        raise NotFound(f"project {project} has no version {version} with a training report")
    place = place_of(model, "TrainingReport", ".html")
    return links.to(place.bucket, place.key)
