"""The images of data sets, which are stored once, by their content."""

from chalicelib.access.domain import Grant
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import ImageStore


def add_image(project: str, content: bytes, grant: Grant, *, images: ImageStore) -> str:
    """The S3 URI of an image, or of a mask, for entries of this project's data sets; JPEG or PNG, not checked here."""
    require_allowed(Operation.UPDATE_DATASET_ENTRIES, grant, project)
    return images.put(project, content)
