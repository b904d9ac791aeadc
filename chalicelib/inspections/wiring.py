"""Builds the inspections capability."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from chalicelib.aws.platform import Platform
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import AtOnce, UploadedImage
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import (
    Commit,
    DeadLetterWriter,
    Images,
    Inspections,
    Publisher,
)
from chalicelib.models.wiring import ModelsWiring

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.core.anomaly_map import AnomalyMap
    from chalicelib.core.link import Link, Links
    from chalicelib.core.small_picture import PictureRequest, PictureSize, SmallPicture
    from chalicelib.inspections.lines import VerdictCounts
    from chalicelib.inspections.route import Announcement
    from chalicelib.inspections.search import Page
    from chalicelib.models.detect import Detection, DetectRequest
    from chalicelib.models.ports import LiveModels


class InspectionsWiring:
    """The bucket's images, the table, and the use cases on them."""

    readers = 10
    """The images of a batch that are read in parallel: as many as a batch has."""

    def __init__(self, platform: Platform, models: ModelsWiring) -> None:
        self.platform = platform
        self._models = models

    @cached_property
    def images(self) -> Images:
        """The bucket's images."""
        from chalicelib.inspections.s3 import S3Images

        return S3Images(self.platform.clients.s3)

    @cached_property
    def table(self) -> Inspections:
        """The table of inspections."""
        from chalicelib.inspections.dynamodb import DynamoDBInspections

        name = self.platform.settings.name
        return DynamoDBInspections(self.platform.clients.dynamodb, name("inspections"), lines=name("lines"))

    @cached_property
    def publisher(self) -> Publisher:
        """The event bus and the queue of the lake."""
        from chalicelib.inspections.publish import BusAndLake

        platform = self.platform
        return BusAndLake(platform.event_bus, partial(platform.queues.put_all, platform.settings.name("results")))

    @cached_property
    def dead_letters(self) -> DeadLetterWriter:
        """The dead-letter queue for changes that cannot be translated."""
        return self.platform.dead_letter_writer("relay-dlq")

    @cached_property
    def inspect_image(self) -> Callable[[UploadedImage], Commit]:
        """Inspect one image and commit its inspection."""
        return self._inspecting(self._models.registry)

    def inspect_batch(self) -> Callable[[UploadedImage], Commit]:
        """The same for the images of one batch, each project's by one version."""
        from chalicelib.inspections.batch_models import ModelsOfBatch

        return self._inspecting(ModelsOfBatch(self._models.registry))

    def _inspecting(self, models: "LiveModels") -> Callable[[UploadedImage], Commit]:
        from chalicelib.inspections.inspect import inspect_image

        return partial(
            inspect_image,
            images=self.images,
            models=models,
            inspections=self.table,
            clock=self.platform.clock,
        )

    @cached_property
    def route_images(self) -> "Callable[[Sequence[Announcement]], list[Exception | None]]":
        """Send images to the queues of their projects."""
        from chalicelib.inspections.route import Routing

        settings = self.platform.settings
        return Routing(self.platform.queues, settings.project_queue, settings.name("inspection"))

    def test_model(self, project: str, version: str | None = None) -> None:
        """Load a version, or the live one, which reproduces its reference images. Raises `NoModel`, `ModelRefused`."""
        registry = self._models.registry
        _ = registry.live(project) if version is None else registry.version(project, version)

    @cached_property
    def inspect_at_once(self) -> Callable[[AtOnce], Commit]:
        """Inspect one image for a sender who waits."""
        from chalicelib.inspections.inspect import inspect_at_once

        return partial(inspect_at_once, images=self.images, inspections=self.table, inspect=self.inspect_image)

    @cached_property
    def detect(self) -> "Callable[[DetectRequest], Detection]":
        """Inspect an image of which nothing is stored."""
        from chalicelib.models.detect import detect

        return partial(detect, models=self._models.registry)

    @cached_property
    def relay_changes(self) -> Callable[[Sequence[Mapping[str, Any]]], list[AnyInspectionEvent]]:
        """Publish the changes of the table as events."""
        from chalicelib.inspections.items import inspection_in
        from chalicelib.inspections.relay import relay_changes

        return partial(relay_changes, translate=inspection_in, publisher=self.publisher, dead_letters=self.dead_letters)

    @cached_property
    def find_inspection(self) -> "Callable[[str, Grant], Inspection]":
        """Find one inspection."""
        from chalicelib.inspections.search import find_inspection

        return partial(find_inspection, inspections=self.table)

    @cached_property
    def find_map(self) -> "Callable[[str, Grant], AnomalyMap]":
        """Find the anomaly map of one inspection."""
        from chalicelib.inspections.search import find_map

        return partial(find_map, inspections=self.table)

    @cached_property
    def links(self) -> "Links":
        """Links to images."""
        return self.platform.links

    @cached_property
    def find_image(self) -> "Callable[[str, Grant], Link]":
        """Find a link to the image of one inspection."""
        from chalicelib.inspections.search import find_image

        return partial(find_image, inspections=self.table, links=self.links)

    @cached_property
    def find_picture(self) -> "Callable[[str, PictureSize, Grant], bytes]":
        """Find a small picture of the image of one inspection."""
        from chalicelib.inspections.small_picture import find_picture

        return partial(find_picture, inspections=self.table, pictures=self.platform.pictures)

    @cached_property
    def make_picture(self) -> "Callable[[PictureRequest], SmallPicture]":
        """Make a small picture of one image."""
        from chalicelib.inspections.shrink import shrink
        from chalicelib.inspections.small_picture import make_picture

        return partial(make_picture, images=self.images, shrink=shrink)

    @cached_property
    def list_lines(self) -> "Callable[[str, Grant], list[str]]":
        """List the lines of a project."""
        from chalicelib.inspections.lines import list_lines

        return partial(list_lines, inspections=self.table)

    @cached_property
    def count_verdicts(self) -> "Callable[..., VerdictCounts]":
        """Count a line's inspections by their verdict."""
        from chalicelib.inspections.lines import count_verdicts

        return partial(count_verdicts, inspections=self.table, clock=self.platform.clock)

    @cached_property
    def list_inspections(self) -> "Callable[..., Page]":
        """List a line's inspections."""
        from chalicelib.inspections.search import list_inspections

        return partial(list_inspections, inspections=self.table, clock=self.platform.clock)
