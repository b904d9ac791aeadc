"""Where the files of a project are. Nothing of one project may name a file of another, or one outside of the bucket."""

from dataclasses import dataclass

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import Location


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one project in the stage's bucket."""

    bucket: str
    project: str

    @property
    def datasets(self) -> str:
        """The prefix of the keys of its manifests, entries and images."""
        return f"datasets/{self.project}/"

    @property
    def training(self) -> Location:
        """Where the files of its trainings go, unless a client of the contract says otherwise."""
        return Location(bucket=self.bucket, key=f"training/{self.project}/")

    def have_image(self, uri: str) -> bool:
        """Whether an S3 URI is one of the project's images or masks: of a data set, or uploaded by a camera."""
        return uri.startswith(tuple(self._images)) and ".." not in uri.split("/")

    @property
    def refusal(self) -> str:
        """What is wrong with any other URI, and what to do."""
        return f"is not in {' or '.join(self._images)}: copy it there"

    def require_manifest(self, location: Location) -> None:
        """Raise `InvalidRequest` unless a manifest is in the project's own folder."""
        if location.bucket != self.bucket or not location.key.startswith(self.datasets):
            message = (
                f"s3://{location.bucket}/{location.key} is not in s3://{self.bucket}/{self.datasets}: copy it there"
            )
            raise InvalidRequest(("DatasetSource.GroundTruthManifest.S3Object", message))

    @property
    def _images(self) -> list[str]:
        return [f"s3://{self.bucket}/{folder}/{self.project}/" for folder in ("datasets", "images")]
