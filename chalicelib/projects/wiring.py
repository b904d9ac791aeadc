"""Builds the projects capability."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.models.wiring import ModelsWiring
from chalicelib.projects import datasets, entries, hosting, images, projects, tags, training, versions
from chalicelib.projects.arns import Arns
from chalicelib.projects.domain import Dataset, ModelStatus, ModelVersion, Project
from chalicelib.projects.import_manifest import ManifestImport
from chalicelib.projects.manifest import Entry
from chalicelib.projects.pages import Page
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
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.train import Workshop, train_version

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.core.link import Link
    from chalicelib.vision.features.backbone import BackboneOptions


class ProjectsWiring:
    """The registry, the entries of data sets, the files of versions, the queue, and the use cases that need them."""

    def __init__(self, platform: Platform, models: ModelsWiring) -> None:
        self.platform = platform
        self._models = models

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

    @cached_property
    def create_project(self) -> Callable[..., Project]:
        """Create a project."""
        return self._changing(projects.create_project, waker=self.waker)

    @cached_property
    def list_projects(self) -> Callable[..., Page[Project]]:
        """List the projects of a key."""
        return partial(projects.list_projects, registry=self.registry)

    @cached_property
    def describe_project(self) -> Callable[..., ProjectRecord]:
        """Describe a project."""
        return partial(projects.describe_project, registry=self.registry)

    @cached_property
    def delete_project(self) -> Callable[..., Project]:
        """Delete an empty project."""
        return self._changing(projects.delete_project, entries=self.entries, waker=self.waker)

    @cached_property
    def create_dataset(self) -> Callable[..., Dataset]:
        """Create a data set."""
        return self._changing(datasets.create_dataset, entries=self.entries)

    @cached_property
    def describe_dataset(self) -> Callable[..., Dataset]:
        """Describe a data set."""
        return partial(datasets.describe_dataset, registry=self.registry)

    @cached_property
    def delete_dataset(self) -> Callable[..., Dataset]:
        """Delete a data set."""
        return self._changing(datasets.delete_dataset, entries=self.entries)

    @cached_property
    def list_entries(self) -> Callable[..., Page[Entry]]:
        """List the entries of a data set."""
        return partial(entries.list_entries, registry=self.registry, entries=self.entries)

    @cached_property
    def export_entries(self) -> Callable[..., list[Entry]]:
        """All entries of a data set."""
        return partial(entries.export_entries, registry=self.registry, entries=self.entries)

    @cached_property
    def update_entries(self) -> Callable[..., Dataset]:
        """Add and replace entries of a data set."""
        return self._changing(datasets.update_entries, entries=self.entries)

    @cached_property
    def add_image(self) -> Callable[..., str]:
        """Store an image for a data set."""
        return partial(images.add_image, images=self.image_store)

    @cached_property
    def import_manifest(self) -> ManifestImport:
        """Import a manifest that was put into the bucket."""
        from chalicelib.projects.s3_manifests import S3ManifestFiles

        manifests = S3ManifestFiles(self.platform.clients.s3)
        return ManifestImport(self.registry, self.entries, manifests, self.platform.clock)

    @cached_property
    def remove_entries(self) -> Callable[..., Dataset]:
        """Remove entries of a data set."""
        return self._changing(datasets.remove_entries, entries=self.entries)

    @cached_property
    def create_model(self) -> Callable[..., ModelVersion]:
        """Have a version trained."""
        return self._changing(versions.create_model, queue=self.queue, bucket=self.platform.settings.bucket)

    @cached_property
    def import_model(self) -> Callable[..., ModelVersion]:
        """Add a version that was trained elsewhere."""
        return self._changing(versions.import_model, files=self.files, check=self._models.check_file)

    @cached_property
    def list_models(self) -> Callable[..., Page[ModelVersion]]:
        """List the versions of a project."""
        return partial(versions.list_models, registry=self.registry)

    @cached_property
    def describe_model(self) -> Callable[..., ModelVersion]:
        """Describe a version."""
        return partial(versions.describe_model, registry=self.registry)

    @cached_property
    def find_report(self) -> "Callable[[str, str, Grant], Link]":
        """Find a link to the training report of a version."""
        from chalicelib.projects.report import find_report

        return partial(find_report, registry=self.registry, links=self.platform.links)

    @cached_property
    def delete_model(self) -> Callable[..., ModelVersion]:
        """Delete a version."""
        return self._changing(versions.delete_model, files=self.files)

    @cached_property
    def start_model(self) -> Callable[..., ModelVersion]:
        """Host a version."""
        return self._changing(hosting.start_model, waker=self.waker)

    @cached_property
    def stop_model(self) -> Callable[..., ModelVersion]:
        """Stop hosting a version."""
        return self._changing(hosting.stop_model, waker=self.waker)

    @cached_property
    def list_tags(self) -> Callable[..., dict[str, str]]:
        """List the tags of a project or version."""
        return partial(tags.list_tags, registry=self.registry)

    @cached_property
    def tag_resource(self) -> Callable[..., None]:
        """Tag a project or version."""
        return self._changing(tags.tag_resource)

    @cached_property
    def untag_resource(self) -> Callable[..., None]:
        """Remove tags."""
        return self._changing(tags.untag_resource)

    @cached_property
    def workshop(self) -> Workshop:
        """What a training needs."""
        return Workshop(
            registry=self.registry,
            entries=self.entries,
            images=self.downloads,
            trainer=self.trainer,
            files=self.files,
            outputs=self.outputs,
            arns=self.arns,
            bucket=self.platform.settings.bucket,
            clock=self.platform.clock,
        )

    @cached_property
    def train_version(self) -> Callable[..., ModelStatus | None]:
        """Train a version."""
        return partial(train_version, workshop=self.workshop)

    @cached_property
    def fail_overdue_trainings(self) -> Callable[[], list[ModelVersion]]:
        """Trainings whose worker is gone have failed."""
        return self._changing(training.fail_overdue_trainings)

    def _changing[T](self, use_case: Callable[..., T], **ports: object) -> Callable[..., T]:
        return partial(use_case, registry=self.registry, clock=self.platform.clock, **ports)
