"""What the API takes and answers of the images of a data set."""

from collections.abc import Callable
from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.core.small_picture import PictureSize
from chalicelib.projects.browse import USUAL_PAGE, ImagesPage, Part, RemarksOfVersion
from chalicelib.projects.change_images import Changed, Changes
from chalicelib.projects.domain import Counts
from chalicelib.projects.image_lines import Labelling, file_of, kind_of
from chalicelib.projects.manifest import ClassName, Entry

type Link = Callable[[str], str]
"""Makes a presigned URL of an S3 URI."""

LONGEST_SOURCE = 1100


class ImageListing(BaseModel):
    """Which images: with this label, or with `labelled=false` those without one; a page from `start` on."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    label: ClassName | None = None
    labelled: bool | None = None
    start: int = 0
    limit: int = USUAL_PAGE

    def part(self) -> Part:
        """As the use case takes it."""
        return Part(**self.model_dump())


class PictureOfImage(PictureSize):
    """Of which image, as the list of the data set names it."""

    source: Annotated[str, Field(max_length=LONGEST_SOURCE)]


class LabelledImage(BaseModel):
    """An image and what a person says of it. `file` is the name by which people know a new one."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(max_length=LONGEST_SOURCE)]
    label: ClassName
    kind: Annotated[str, Field(max_length=64)] | None = None
    file: Annotated[str, Field(max_length=255)] | None = None

    def labelling(self) -> Labelling:
        """As the use case takes it."""
        return Labelling(self.source, self.label, self.kind or None, self.file)


class ImageChanges(BaseModel):
    """What to do with images: at most 1,000 in one request. All is done at once, or nothing."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    add: list[LabelledImage] = []
    label: list[LabelledImage] = []
    remove: list[str] = []

    def changes(self) -> Changes:
        """As the use case takes it."""
        return Changes(
            add=tuple(each.labelling() for each in self.add),
            label=tuple(each.labelling() for each in self.label),
            remove=tuple(self.remove),
        )


class StoredImageAnswer(TypedDict):
    """Where an image is stored: its S3 URI, by which a data set names it."""

    source: str


class ImageAnswer(TypedDict):
    """An image of a data set, with a link that needs no key for 15 minutes."""

    source: str
    file: str
    label: ClassName | None
    kind: str | None
    has_mask: bool
    url: str


class CountsAnswer(TypedDict):
    """The images of the whole data set."""

    total: int
    normal: int
    anomaly: int


class ImagesAnswer(TypedDict):
    """A page of images; `matching` are those that the page is a part of."""

    images: list[ImageAnswer]
    matching: int
    counts: CountsAnswer


class ChangedAnswer(TypedDict):
    """How many images were changed. `present` were there before, and `missing` are not there; both are left alone."""

    added: int
    labelled: int
    removed: int
    present: list[str]
    missing: list[str]
    counts: CountsAnswer


class DoubtAnswer(ImageAnswer):
    """An image whose label the training doubts: `probability` is that of an anomaly, 0 to 1."""

    probability: float


class RemarksAnswer(TypedDict):
    """What the training of `version` noticed: groups of images that look the same, and labels that it doubts."""

    version: int | None
    near_duplicates: list[list[ImageAnswer]]
    doubts: list[DoubtAnswer]


def image_as_json(entry: Entry, link: Link) -> ImageAnswer:
    """One image."""
    return {
        "source": entry.source,
        "file": file_of(entry),
        "label": entry.label,
        "kind": kind_of(entry),
        "has_mask": entry.mask is not None,
        "url": link(entry.source),
    }


def images_as_json(page: ImagesPage, link: Link) -> ImagesAnswer:
    """A page."""
    images = [image_as_json(each, link) for each in page.entries]
    return {"images": images, "matching": page.matching, "counts": counts_as_json(page.counts)}


def changed_as_json(changed: Changed) -> ChangedAnswer:
    """What was done."""
    return {
        "added": changed.added,
        "labelled": changed.labelled,
        "removed": changed.removed,
        "present": list(changed.present),
        "missing": list(changed.missing),
        "counts": counts_as_json(changed.counts),
    }


def remarks_as_json(found: RemarksOfVersion, link: Link) -> RemarksAnswer:
    """The remarks, with the images as they are now."""
    return {
        "version": found.version,
        "near_duplicates": [[image_as_json(each, link) for each in group] for group in found.near_duplicates],
        "doubts": [{**image_as_json(entry, link), "probability": doubt.probability} for entry, doubt in found.doubts],
    }


def counts_as_json(counts: Counts) -> CountsAnswer:
    """The counts; what is neither normal nor an anomaly has no label."""
    return {"total": counts.total, "normal": counts.normal, "anomaly": counts.anomaly}
