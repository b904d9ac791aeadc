"""Builds the projects capability."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.models.wiring import ModelsWiring
from chalicelib.projects import datasets, entries, hosting, images, projects, tags, training, versions
from chalicelib.projects.adapters import Adapters
from chalicelib.projects.domain import Dataset, ModelStatus, ModelVersion, Project
from chalicelib.projects.import_manifest import ManifestImport
from chalicelib.projects.manifest import Entry
from chalicelib.projects.pages import Page
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import Storage
from chalicelib.projects.train import Workshop, train_version

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.core.link import Link
    from chalicelib.projects.answers import VersionsAnswer
    from chalicelib.projects.browse import ImagesPage, RemarksOfVersion
    from chalicelib.projects.change_images import Changed
    from chalicelib.projects.ports import Forget
    from chalicelib.projects.training_plan import TrainingPlan


class ProjectsWiring(Adapters):
    """The use cases, with the adapters that they need."""

    def __init__(self, platform: Platform, models: ModelsWiring, forget: "Forget") -> None:
        super().__init__(platform)
        self._models = models
        self._forget = forget

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
        return self._changing(projects.delete_project, entries=self.entries, forget=self._forget, waker=self.waker)

    @cached_property
    def create_dataset(self) -> Callable[..., Dataset]:
        """Create a data set."""
        return partial(datasets.create_dataset, storage=self._storage)

    @cached_property
    def describe_dataset(self) -> Callable[..., Dataset]:
        """Describe a data set."""
        return partial(datasets.describe_dataset, registry=self.registry)

    @cached_property
    def delete_dataset(self) -> Callable[..., Dataset]:
        """Delete a data set."""
        return partial(datasets.delete_dataset, storage=self._storage)

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
        return partial(datasets.update_entries, storage=self._storage)

    @cached_property
    def add_image(self) -> Callable[..., str]:
        """Store an image for a data set."""
        return partial(images.add_image, images=self.image_store)

    @cached_property
    def list_images(self) -> "Callable[..., ImagesPage]":
        """Look through the images of a data set."""
        from chalicelib.projects.browse import list_images

        return partial(list_images, registry=self.registry, entries=self.entries)

    @cached_property
    def find_picture(self) -> "Callable[..., bytes]":
        """Find a small picture of an image of a data set."""
        from chalicelib.projects.find_picture import find_picture, sources_in

        sources, pictures = sources_in(self.entries), self.platform.pictures
        return partial(find_picture, registry=self.registry, sources=sources, pictures=pictures)

    @cached_property
    def change_images(self) -> "Callable[..., Changed]":
        """Add, label and remove images of a data set."""
        from chalicelib.projects.change_images import change_images

        return partial(change_images, storage=self._storage)

    @cached_property
    def show_remarks(self) -> "Callable[..., RemarksOfVersion]":
        """What the newest training noticed about the images of a data set."""
        from chalicelib.projects.browse import show_remarks

        return partial(show_remarks, registry=self.registry, entries=self.entries, outputs=self.outputs)

    @cached_property
    def import_manifest(self) -> ManifestImport:
        """Import a manifest that was put into the bucket."""
        from chalicelib.projects.s3_manifests import S3ManifestFiles

        return ManifestImport(self._storage, S3ManifestFiles(self.platform.clients.s3))

    @cached_property
    def remove_entries(self) -> Callable[..., Dataset]:
        """Remove entries of a data set."""
        return partial(datasets.remove_entries, storage=self._storage)

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
    def list_versions(self) -> "Callable[[str, Grant], VersionsAnswer]":
        """List the versions with what becomes of each."""
        from chalicelib.projects.answers import list_versions

        return partial(list_versions, registry=self.registry)

    @cached_property
    def plan_training(self) -> "Callable[..., TrainingPlan]":
        """What training the next version would be."""
        from chalicelib.projects.training_plan import plan_training

        return partial(plan_training, registry=self.registry)

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

    @property
    def _storage(self) -> Storage:
        return Storage(registry=self.registry, entries=self.entries, clock=self.platform.clock)

    def _changing[T](self, use_case: Callable[..., T], **ports: object) -> Callable[..., T]:
        return partial(use_case, registry=self.registry, clock=self.platform.clock, **ports)
