"""One image to put into a data set, wherever it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.errors import LinewatchError
from chalicelib.projects.domain import DatasetType


class CannotRead(LinewatchError):
    """A file cannot be read; the message says why."""


@dataclass(frozen=True)
class File:
    """An image or a mask: its name for messages, and how to read it. `read` raises `CannotRead` or OSError.

    `stored` is its S3 URI, if it is among the project's images already.
    """

    name: str
    read: Callable[[], bytes]
    stored: str | None = None


@dataclass(frozen=True)
class Example:
    """An image with its line of the manifest, but for `source-ref` and the field of the mask, which are yet to come."""

    image: File
    of: DatasetType
    fields: Mapping[str, Any] = field(default_factory=dict)
    mask_field: str = ""
    mask: File | None = None


@dataclass
class Found:
    """The images of a source, and a line about each thing that is not used."""

    examples: list[Example] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
