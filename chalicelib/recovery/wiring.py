"""Builds the recovery capability."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.core.values import LONGEST_MESSAGE
from chalicelib.inspections.ports import Commit, DeadLetterWriter
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.lake.wiring import LakeWiring
from chalicelib.recovery.ports import (
    Acknowledgements,
    Archive,
    DeadLetter,
    DeadLetterQueue,
    ImageFolders,
    UploadQueue,
)

if TYPE_CHECKING:
    from chalicelib.recovery.reconcile import Reconciliation
    from chalicelib.recovery.redrive import RedriveRoute


class RecoveryWiring:
    """Dead letters, lost images, and the comparison of bucket, table and lake."""

    def __init__(self, platform: Platform, inspections: InspectionsWiring, lake: LakeWiring) -> None:
        self.platform = platform
        self._inspections = inspections
        self._lake = lake

    @cached_property
    def folders(self) -> ImageFolders:
        """The bucket's images by folder."""
        from chalicelib.recovery.s3 import S3ImageFolders

        return S3ImageFolders(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def upload_queue(self) -> UploadQueue:
        """The queue of uploads, to announce images."""
        from chalicelib.recovery.upload_queue import SQSUploadQueue

        settings = self.platform.settings
        return SQSUploadQueue(
            self.platform.queues,
            settings.name("uploads"),
            shared=settings.name("inspection"),
            queue_of=settings.project_queue,
        )

    @cached_property
    def unreadable(self) -> DeadLetterWriter:
        """The dead-letter queue for messages that cannot be read."""
        return self.platform.dead_letter_writer("unreadable-dlq")

    @cached_property
    def note_lost_images(self) -> Callable[..., list[Commit]]:
        """Commit the images of a dead letter as failed."""
        from chalicelib.recovery.note_lost_images import note_lost_images

        return partial(
            note_lost_images,
            inspections=self._inspections.table,
            unreadable=self.unreadable,
            shortened=lambda body: self.platform.large_bodies.shortened(body, LONGEST_MESSAGE // 4),
        )

    @cached_property
    def reconciliation(self) -> "Reconciliation":
        """Compare bucket, table and lake."""
        from chalicelib.recovery.reconcile import Reconciliation

        return Reconciliation(
            folders=self.folders,
            inspections=self._inspections.table,
            lake=self._lake.store,
            upload_queue=self.upload_queue,
            publisher=self._inspections.publisher,
            acknowledgements=self.acknowledgements,
            clock=self.platform.clock,
        )

    @cached_property
    def acknowledgements(self) -> Acknowledgements:
        """What persons said will not come back."""
        from chalicelib.recovery.acknowledgements import DynamoDBAcknowledgements

        return DynamoDBAcknowledgements(self.platform.clients.dynamodb, self.platform.settings.name("acknowledgements"))

    @cached_property
    def archive(self) -> Archive:
        """Where dead letters are kept that were set aside."""
        from chalicelib.recovery.archive import S3Archive

        return S3Archive(self.platform.clients.s3, self.platform.settings.bucket)

    def redrive_routes(self, inspection_ids: Sequence[str] = ()) -> "list[RedriveRoute]":
        """Every dead-letter queue with the function that sends its dead letters again.

        Unreadable items of the table are among them if they are failed ones, or have one of the `inspection_ids`.
        """
        from chalicelib.recovery.dynamodb_stream import StreamPositions
        from chalicelib.recovery.eventbridge_targets import EventTargets
        from chalicelib.recovery.redrive import FailedImages, RedriveRoute, UnreadableItems, refuse_to_send

        clients, queues = self.platform.clients, self.platform.queues
        positions = StreamPositions(clients.dynamodbstreams, self._inspections.relay_changes)
        unreadable = UnreadableItems(self._inspections.table, self.platform.clock, inspection_ids)
        return [
            RedriveRoute(unreadable, refuse_to_send),
            RedriveRoute(FailedImages(self._inspections.table), self._to("uploads")),
            RedriveRoute(self._queue("inspection-dlq"), self._to("uploads")),
            RedriveRoute(self._queue("unreadable-dlq"), self._to("uploads")),
            RedriveRoute(self._queue("relay-dlq"), self._relay_again),
            RedriveRoute(self._queue("stream-dlq"), positions.relay_again),
            RedriveRoute(self._queue("results-dlq"), self._to("results")),
            RedriveRoute(self._queue("alerts-dlq"), self._to("alerts")),
            RedriveRoute(self._queue("manifests-dlq"), self._to("manifests")),
            RedriveRoute(self._queue("training-dlq"), self._to("training")),
            RedriveRoute(self._queue("replays-dlq"), self._to("replays")),
            RedriveRoute(self._queue("shadows-dlq"), self._to("shadows")),
            RedriveRoute(self._queue("events-dlq"), EventTargets(queues, clients.functions).deliver),
        ]

    def _queue(self, name: str) -> DeadLetterQueue:
        from chalicelib.recovery.sqs import SQSDeadLetterQueue

        platform = self.platform
        return SQSDeadLetterQueue(platform.queues, platform.settings.name(name), name, platform.failure_log)

    def _to(self, queue: str) -> Callable[[DeadLetter], None]:
        def send(dead_letter: DeadLetter) -> None:
            body = self.platform.large_bodies.whole(dead_letter.body)
            self.platform.queues.put(self.platform.settings.name(queue), body, {})

        return send

    def _relay_again(self, dead_letter: DeadLetter) -> None:
        from chalicelib.inspections.items import inspection_in
        from chalicelib.inspections.relay import relay_changes
        from chalicelib.recovery.redrive import RefuseDeadLetters, relay_again

        relay = partial(
            relay_changes,
            translate=inspection_in,
            publisher=self._inspections.publisher,
            dead_letters=RefuseDeadLetters(),
        )
        body = self.platform.large_bodies.whole(dead_letter.body)
        relay_again(replace(dead_letter, body=body), relay=relay)
