"""What signing and checking read of a stage."""

from functools import partial

from botocore.exceptions import ClientError

from chalicelib.core.errors import LinewatchError
from chalicelib.daily.domain import PlantDay
from chalicelib.daily.print_reports import shifts_of
from chalicelib.projects.domain import Location
from linewatch.operate.operator import operator_grant
from linewatch.operate.sign_off.document import Json
from linewatch.operate.sign_off.model_identity import ModelIdentity
from linewatch.operate.sign_off.replay_training import AtHand
from linewatch.operate.sign_off.report_body import Sources, report_body
from linewatch.operate.sign_off.stage_keys import StageKeys
from linewatch.operate.sign_off.training_body import TrainingFiles, training_body
from linewatch.stack.target import Target

_GONE = {"NoSuchKey", "404"}


class StageFiles:
    """A stage, as far as its files are signed off or checked."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._linewatch = target.linewatch()
        self._s3 = self._linewatch.platform.clients.s3

    @property
    def stage(self) -> str:
        """Its name."""
        return self._target.stage

    @property
    def keys(self) -> StageKeys:
        """Its keys."""
        return StageKeys(self._linewatch.platform.clients.kms, self._s3, self._target.stage, self._target.bucket)

    @property
    def identity(self) -> str:
        """As whom AWS knows the caller."""
        return str(self._target.client("sts").get_caller_identity()["Arn"])

    @property
    def models(self) -> ModelIdentity:
        """Of its model files."""
        return ModelIdentity(self.model)

    @property
    def sources(self) -> Sources:
        """Its lake, the shifts of its projects and its models."""
        calendars = self._linewatch.daily.calendars
        return Sources(self._linewatch.lake.days, partial(shifts_of, calendars=calendars), self.models)

    def report(self, first: PlantDay, days: int, project: str) -> Json:
        """The body of a report."""
        return report_body(first, days, project, self.sources)

    def training(self, project: str, version: str) -> Json:
        """The body of a training."""
        projects = self._linewatch.projects
        model = projects.describe_model(project, version, operator_grant(project))
        files = TrainingFiles(projects.workshop.entries, self.image, self._file, self.models)
        return training_body(model, files)

    def at_hand(self, project: str, version: str) -> AtHand:
        """What a training is checked against."""
        return AtHand(self.model(project, version), lambda source, _sha256: self.image(source))

    def model(self, project: str, version: str) -> bytes | None:
        """A model file; None if it is gone."""
        return self._found(Location(bucket=self._target.bucket, key=f"models/{project}/{version}.safetensors"))

    def image(self, source: str) -> bytes | None:
        """An image by its S3 URI; None if it is gone."""
        bucket, _, key = source.removeprefix("s3://").partition("/")
        return self._found(Location(bucket=bucket, key=key))

    def _file(self, place: Location) -> bytes:
        content = self._found(place)
        if content is None:
            raise LinewatchError(f"s3://{place.bucket}/{place.key} is gone: there is nothing to sign")
        return content

    def _found(self, place: Location) -> bytes | None:
        try:
            content: bytes = self._s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return content
