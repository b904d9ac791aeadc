"""A small picture of an image of a data set."""

from collections.abc import Callable
from functools import lru_cache

from chalicelib.access.domain import Grant
from chalicelib.core.errors import NotFound
from chalicelib.core.small_picture import ImageObject, PictureSize, SmallPictures, picture_of
from chalicelib.projects.domain import Dataset, DatasetType, Location
from chalicelib.projects.entries import entries_of
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.places import Places
from chalicelib.projects.ports import EntryStore, Registry

type Sources = Callable[[str, Dataset], frozenset[str]]
"""The S3 URIs of the images of a project's data set. One that is not among the project's files is left out."""

_MOST_KEPT = 4
"""Data sets; one of 16,000 images has some megabytes of URIs."""


def sources_in(entries: EntryStore) -> Sources:
    """Reads them, and keeps those of the last few data sets: a list asks for a picture of each of its images, one by
    one, and what a revision has never changes.
    """

    @lru_cache(_MOST_KEPT)
    def sources(project: str, dataset: Dataset) -> frozenset[str]:
        places = Places(entries.bucket, project)
        found = (each.source for each in entries_of(project, dataset, entries))
        return frozenset(source for source in found if places.have_image(source))

    return sources


def find_picture(
    project: str,
    of: DatasetType,
    source: str,
    size: PictureSize,
    grant: Grant,
    *,
    registry: Registry,
    sources: Sources,
    pictures: SmallPictures,
) -> bytes:
    """A small picture of what an image of the data set is now. `NoSuchResource` if there is no data set.

    `NotFound` for anything that is no image of this data set, wherever it lies, and if there is no picture, with the
    reason; `PictureUnavailable`.
    """
    require_allowed(Operation.LIST_DATASET_ENTRIES, grant, project)
    dataset = registry.find(project).usable_dataset(of)
    if source not in sources(project, dataset):
        raise NotFound(f"the {of} data set has no image {source}")
    place = Location.of(source)
    return picture_of(source, ImageObject(place.bucket, place.key), size, pictures)
