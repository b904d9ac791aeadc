"""What each route takes and answers. The route itself says the rest: its path, its roles and its view's docstring."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, TypedDict

from pydantic import BaseModel

from chalicelib.core.errors import ImageIdTaken, InvalidRequest, LinewatchError, NotFound, NotInspectedYet
from chalicelib.core.inspection import Inspection
from chalicelib.http.responses import PNG
from chalicelib.inspections.routes import InspectionPage, Listing
from chalicelib.shifts.answers import CalendarAnswer, ShiftFile, WeekAnswer
from chalicelib.shifts.routes import SHIFTS, FirstDay, NewCalendar, NewOverride
from chalicelib.uploads.inspect_now import SentImage
from chalicelib.uploads.request import NewImage, Upload
from chalicelib.uploads.routes import Batch, LegacyQuery, LegacyUpload, Uploads


class Nothing(TypedDict):
    """An object without fields."""


class Health(TypedDict):
    """The API answers."""

    status: Literal["ok"]
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The types of a route's query, body and answer, and its errors besides those that every such route has.

    A body is a model, which comes as JSON, or the content types of bytes or text. An answer is a type, which goes as
    JSON, or the content type of bytes.
    """

    answer: object
    status: HTTPStatus = HTTPStatus.OK
    query: type[BaseModel] | None = None
    body: type[BaseModel] | tuple[str, ...] | None = None
    errors: tuple[type[LinewatchError], ...] = ()


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/inspections"): Operation(
        query=SentImage,
        body=("image/jpeg", "image/png"),
        answer=Inspection,
        errors=(NotInspectedYet, ImageIdTaken),
    ),
    ("GET", "/inspections"): Operation(query=Listing, answer=InspectionPage),
    ("GET", "/inspections/{inspection_id}"): Operation(answer=Inspection, errors=(NotFound,)),
    ("GET", "/inspections/{inspection_id}/map"): Operation(answer=PNG, errors=(InvalidRequest, NotFound)),
    ("POST", "/uploads"): Operation(body=NewImage, answer=Upload, status=HTTPStatus.CREATED),
    ("POST", "/uploads/batch"): Operation(body=Batch, answer=Uploads, status=HTTPStatus.CREATED),
    ("GET", "/getsignedurl"): Operation(query=LegacyQuery, answer=LegacyUpload),
    ("GET", SHIFTS): Operation(query=FirstDay, answer=WeekAnswer, errors=(NotFound,)),
    ("PUT", SHIFTS): Operation(query=NewCalendar, body=("text/calendar",), answer=CalendarAnswer, errors=(NotFound,)),
    ("DELETE", SHIFTS): Operation(answer=Nothing, errors=(InvalidRequest, NotFound)),
    ("GET", f"{SHIFTS}/file"): Operation(answer=ShiftFile, errors=(NotFound,)),
    ("PUT", f"{SHIFTS}/override"): Operation(body=NewOverride, answer=CalendarAnswer, errors=(NotFound,)),
    ("DELETE", f"{SHIFTS}/override"): Operation(answer=CalendarAnswer, errors=(InvalidRequest, NotFound)),
}

HEALTH = Operation(answer=Health)
"""`GET /health`, which the gateway answers itself (infra/api.yaml)."""
