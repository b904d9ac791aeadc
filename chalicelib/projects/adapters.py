"""What projects use of AWS and of vision, each made when it is first asked for."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.projects.arns import Arns
from chalicelib.projects.ports import (
    EntryStore,
    HostingWaker,
    ImageDownloads,
    ImageStore,
    ModelFiles,
    OutputFiles,
    Registry,
    Trainer,
    TrainingQueue,
)

if TYPE_CHECKING:
    from chalicelib.vision.features.backbone import BackboneOptions


class Adapters:
    """The registry, the entries of data sets, the files of versions, the queue, and the trainer."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    @cached_property
    def registry(self) -> Registry:
        """The registry table."""
        from chalicelib.projects.dynamodb import DynamoDBRegistry

        return DynamoDBRegistry(self.platform.clients.dynamodb, self.platform.settings.name("registry"))

    @cached_property
    def entries(self) -> EntryStore:
        """The entries of data sets in the bucket."""
        from chalicelib.projects.s3 import S3Entries

        return S3Entries(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def image_store(self) -> ImageStore:
        """Where the images of data sets are put: the bucket."""
        from chalicelib.projects.s3 import S3ImageStore

        return S3ImageStore(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def files(self) -> ModelFiles:
        """The model files in the bucket."""
        from chalicelib.projects.s3 import S3ModelFiles

        return S3ModelFiles(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def queue(self) -> TrainingQueue:
        """The queue of versions to train."""
        from chalicelib.projects.sqs import SQSTrainingQueue

        return SQSTrainingQueue(self.platform.queues, self.platform.settings.name("training"))

    @cached_property
    def waker(self) -> HostingWaker:
        """What has `follow_hosting` look at a project."""
        from chalicelib.projects.waker import LambdaWaker

        platform = self.platform
        return LambdaWaker(platform.clients.functions, platform.settings.name("follow_hosting"), platform.clock)

    @cached_property
    def downloads(self) -> ImageDownloads:
        """The images that entries name."""
        from chalicelib.projects.s3_images import S3ImageDownloads

        return S3ImageDownloads(self.platform.clients.s3)

    @cached_property
    def outputs(self) -> OutputFiles:
        """The files that a training writes for people and programs."""
        from chalicelib.projects.s3_images import S3OutputFiles

        return S3OutputFiles(self.platform.clients.s3)

    @cached_property
    def network(self) -> "Callable[[], BackboneOptions]":
        """Reads the network that trainings use: that of this deployment."""
        from chalicelib.models.lite0 import deployed_lite0

        return deployed_lite0

    @cached_property
    def trainer(self) -> Trainer:
        """The detector's training."""
        from chalicelib.projects.trainer import DetectorTrainer

        return DetectorTrainer(self.network)

    @cached_property
    def arns(self) -> Arns:
        """The names of resources."""
        settings = self.platform.settings
        return Arns(settings.region, settings.account)
