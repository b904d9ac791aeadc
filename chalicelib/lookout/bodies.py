"""The bodies of the contract's requests, by its names. What the contract does not have is ignored, as AWS does."""

from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StrictInt, ValidationError
from pydantic.alias_generators import to_pascal

from chalicelib.http.requests import invalid
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.limits import MOST_TAGS


class Body(BaseModel):
    """The names of fields are those of the contract: `project_name` is `ProjectName`."""

    model_config = ConfigDict(alias_generator=to_pascal, frozen=True)


class CreateProject(Body):
    project_name: str


class S3Object(Body):
    bucket: str
    key: str
    version_id: str | None = None


class GroundTruthManifest(Body):
    s3_object: Annotated[S3Object | None, Field(alias="S3Object")] = None


class DatasetSource(Body):
    ground_truth_manifest: GroundTruthManifest = GroundTruthManifest()


class CreateDataset(Body):
    dataset_type: DatasetType
    dataset_source: DatasetSource = DatasetSource()


class UpdateDatasetEntries(Body):
    changes: Base64Bytes


class S3Location(Body):
    bucket: str
    prefix: str = ""


class OutputConfig(Body):
    s3_location: Annotated[S3Location, Field(alias="S3Location")]


class Tag(Body):
    key: str
    value: str


class CreateModel(Body):
    output_config: OutputConfig
    description: str = ""
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = []


class StartModel(Body):
    min_inference_units: StrictInt
    max_inference_units: StrictInt | None = None


class TagResource(Body):
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)]


def parse[B: Body](body: bytes, form: type[B]) -> B:
    """The body; `InvalidRequest` names each wrong field."""
    try:
        return form.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise invalid(error) from error
