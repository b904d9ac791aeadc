"""The queries of the contract's requests."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chalicelib.core.errors import InvalidRequest
from chalicelib.http.requests import invalid
from chalicelib.lookout.call import Call
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.entries import EntryFilter
from chalicelib.projects.pages import LARGEST_PAGE


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


Moment = Annotated[datetime, AfterValidator(_utc)]


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(alias="maxResults", ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE
    next_token: Annotated[str | None, Field(alias="nextToken")] = None


class EntryQuery(BaseModel):
    """Which entries of a data set."""

    model_config = ConfigDict(frozen=True)

    labelled: Annotated[bool | None, Field(alias="labeled")] = None
    label: Annotated[Literal["normal", "anomaly"] | None, Field(alias="anomalyClass")] = None
    before: Annotated[Moment | None, Field(alias="createdBefore")] = None
    after: Annotated[Moment | None, Field(alias="createdAfter")] = None
    source_contains: Annotated[str, Field(alias="sourceRefContains", max_length=2048)] = ""


def page_of(call: Call) -> dict[str, Any]:
    """`limit` and `next_token`."""
    return _parsed(call, PageQuery).model_dump()


def filter_of(call: Call) -> EntryFilter:
    """Which entries to list."""
    return EntryFilter(**_parsed(call, EntryQuery).model_dump())


def dataset_type_of(call: Call) -> DatasetType:
    """The data set of the path."""
    try:
        return DatasetType(call.arguments["datasetType"])
    except ValueError as error:
        raise InvalidRequest(("DatasetType", "must be train or test")) from error


def _parsed[Q: BaseModel](call: Call, form: type[Q]) -> Q:
    names = [str(field.alias) for field in form.model_fields.values()]
    given = {name: call.one(name) for name in names}
    try:
        return form.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise invalid(error) from error
