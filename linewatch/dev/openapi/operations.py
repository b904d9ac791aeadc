"""What each route takes and answers. The route itself says the rest: its path, its roles and its view's docstring."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, TypedDict

from pydantic import BaseModel

from chalicelib.administration.routes import KEY, KEYS, SETTINGS, KeysAnswer, MadeKey, NewKey, StoredKey
from chalicelib.administration.settings import SettingsAnswer
from chalicelib.alerts.answers import RulesAnswer
from chalicelib.alerts.routes import ALERT_SETTINGS
from chalicelib.alerts.set_rules import NewRules, Reset
from chalicelib.core.errors import (
    CannotReview,
    Forbidden,
    ImageIdTaken,
    InvalidRequest,
    LakeUnavailable,
    LinewatchError,
    LinkUsed,
    NotFound,
    NotInspectedYet,
    PictureUnavailable,
    SignedOut,
    SignInUnavailable,
    StaleRevision,
    WrongState,
)
from chalicelib.core.inspection import Inspection
from chalicelib.core.small_picture import PictureSize
from chalicelib.daily.routes import REPORTS, DaysAnswer, ReportAnswer, ReportQuery
from chalicelib.hosting.routes import QUEUE, QueueAnswer
from chalicelib.http.responses import JPEG, PNG, LinkAnswer
from chalicelib.inspections.lines import CountSearch
from chalicelib.inspections.routes import CountsAnswer, InspectionPage, LinesAnswer, Listing
from chalicelib.lake.routes import (
    EXPORT,
    EXPORTS,
    BegunExportAnswer,
    ExportAnswer,
    ExportQuery,
    NewExport,
    QueriesAnswer,
)
from chalicelib.page.files import TYPES
from chalicelib.page.routes import KeyAnswer
from chalicelib.people.ports import AlreadyInvited
from chalicelib.people.routes import (
    Ended,
    NewPerson,
    NewSession,
    PeopleAnswer,
    PersonAnswer,
    PersonChange,
    SessionAnswer,
)
from chalicelib.projects.answers import ListedVersion, TrainingPlanAnswer, VersionsAnswer
from chalicelib.projects.errors import Conflict, NoSuchResource, QuotaExceeded
from chalicelib.projects.image_answers import (
    ChangedAnswer,
    ImageChanges,
    ImageListing,
    ImagesAnswer,
    PictureOfImage,
    RemarksAnswer,
    StoredImageAnswer,
)
from chalicelib.projects.routes import DATASET, NewTraining
from chalicelib.promotion.routes import POLICY, PROJECT, VERSION, NewComparison, NewPolicy, Promotion, Size
from chalicelib.promotion.shapes import (
    ComparisonAnswer,
    ComparisonsAnswer,
    LearnedAnswer,
    PlanAnswer,
    PolicyAnswer,
    ProgressAnswer,
    RetrainedAnswer,
    VersionAnswer,
)
from chalicelib.reviews.answers import AnsweredInspection, ReviewsAnswer, WaitingAnswer
from chalicelib.reviews.pages import ReviewListing
from chalicelib.reviews.plan import NewPlan, Times
from chalicelib.reviews.plan_answers import AgreementAnswer, EscapesAnswer, PlanSetting, ReviewPlanAnswer
from chalicelib.reviews.review import NewAnswer
from chalicelib.reviews.routes import PLAN, REVIEW, REVIEWS
from chalicelib.reviews.withdraw import Withdrawal
from chalicelib.shadow.routes import SHADOW, ShadowSize
from chalicelib.shadow.shapes import ShadowAnswer, ShadowEstimateAnswer, ShadowProgressAnswer
from chalicelib.shifts.answers import CalendarAnswer, ShiftFile, WeekAnswer
from chalicelib.shifts.routes import SHIFTS, FirstDay, NewCalendar, NewEndOfDay, NewOverride
from chalicelib.thresholds.answers import ThresholdsAnswer
from chalicelib.thresholds.routes import THRESHOLD, NewThreshold, PricesQuery
from chalicelib.traces.routes import TRACE, TraceAnswer
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
    JSON, or such content types.
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
    ("GET", "/inspections/{inspection_id}/map"): Operation(answer=(PNG,), errors=(InvalidRequest, NotFound)),
    ("GET", "/inspections/{inspection_id}/image"): Operation(answer=LinkAnswer, errors=(NotFound,)),
    ("GET", "/inspections/{inspection_id}/picture"): Operation(
        query=PictureSize, answer=(JPEG,), errors=(NotFound, PictureUnavailable)
    ),
    ("GET", TRACE): Operation(answer=TraceAnswer, errors=(NotFound,)),
    ("POST", REVIEW): Operation(
        body=NewAnswer, answer=AnsweredInspection, errors=(NotFound, CannotReview, StaleRevision)
    ),
    ("DELETE", REVIEW): Operation(query=Withdrawal, answer=AnsweredInspection, errors=(NotFound, StaleRevision)),
    ("GET", REVIEW): Operation(answer=AnsweredInspection, errors=(NotFound,)),
    ("GET", "/reviews"): Operation(query=ReviewListing, answer=ReviewsAnswer),
    ("GET", "/reviews/waiting"): Operation(query=ReviewListing, answer=WaitingAnswer),
    ("GET", QUEUE): Operation(answer=QueueAnswer, errors=(NotFound,)),
    ("GET", PLAN): Operation(query=Times, answer=ReviewPlanAnswer),
    ("PUT", PLAN): Operation(body=NewPlan, answer=PlanSetting, errors=(NotFound,)),
    ("GET", f"{REVIEWS}/escapes"): Operation(query=Times, answer=EscapesAnswer),
    ("GET", f"{REVIEWS}/agreement"): Operation(query=Times, answer=AgreementAnswer),
    ("GET", f"{PROJECT}/lines"): Operation(answer=LinesAnswer),
    ("GET", f"{PROJECT}/lines/{{line}}/counts"): Operation(query=CountSearch, answer=CountsAnswer),
    ("POST", "/uploads"): Operation(body=NewImage, answer=Upload, status=HTTPStatus.CREATED),
    ("POST", "/uploads/batch"): Operation(body=Batch, answer=Uploads, status=HTTPStatus.CREATED),
    ("GET", "/getsignedurl"): Operation(query=LegacyQuery, answer=LegacyUpload),
    ("GET", SHIFTS): Operation(query=FirstDay, answer=WeekAnswer, errors=(NotFound,)),
    ("PUT", SHIFTS): Operation(query=NewCalendar, body=("text/calendar",), answer=CalendarAnswer, errors=(NotFound,)),
    ("DELETE", SHIFTS): Operation(answer=Nothing, errors=(InvalidRequest, NotFound)),
    ("GET", f"{SHIFTS}/file"): Operation(answer=ShiftFile, errors=(NotFound,)),
    ("PUT", f"{SHIFTS}/override"): Operation(body=NewOverride, answer=CalendarAnswer, errors=(NotFound,)),
    ("DELETE", f"{SHIFTS}/override"): Operation(answer=CalendarAnswer, errors=(InvalidRequest, NotFound)),
    ("GET", f"{SHIFTS}/end-of-day"): Operation(answer=CalendarAnswer, errors=(NotFound,)),
    ("PUT", f"{SHIFTS}/end-of-day"): Operation(body=NewEndOfDay, answer=CalendarAnswer, errors=(NotFound,)),
    ("DELETE", f"{SHIFTS}/end-of-day"): Operation(answer=CalendarAnswer, errors=(InvalidRequest, NotFound)),
    ("GET", f"{VERSION}/comparison"): Operation(query=Size, answer=PlanAnswer, errors=(NoSuchResource, Conflict)),
    ("POST", f"{VERSION}/comparison"): Operation(
        body=NewComparison, answer=ComparisonAnswer, status=HTTPStatus.ACCEPTED, errors=(NoSuchResource, Conflict)
    ),
    ("GET", f"{PROJECT}/comparisons"): Operation(answer=ComparisonsAnswer, errors=(NoSuchResource,)),
    ("GET", f"{PROJECT}/comparisons/{{comparison}}"): Operation(answer=ProgressAnswer, errors=(NotFound,)),
    ("POST", f"{VERSION}/promote"): Operation(
        body=Promotion, answer=VersionAnswer, status=HTTPStatus.ACCEPTED, errors=(NoSuchResource, Conflict)
    ),
    ("GET", POLICY): Operation(answer=PolicyAnswer, errors=(NoSuchResource,)),
    ("PUT", POLICY): Operation(body=NewPolicy, answer=PolicyAnswer, errors=(NoSuchResource, Conflict)),
    ("POST", f"{PROJECT}/rollback"): Operation(
        answer=VersionAnswer, status=HTTPStatus.ACCEPTED, errors=(NoSuchResource, Conflict)
    ),
    ("GET", f"{VERSION}/shadow"): Operation(
        query=ShadowSize, answer=ShadowEstimateAnswer, errors=(NoSuchResource, Conflict)
    ),
    ("POST", f"{VERSION}/shadow"): Operation(
        body=ShadowSize, answer=ShadowAnswer, status=HTTPStatus.ACCEPTED, errors=(NoSuchResource, Conflict)
    ),
    ("GET", SHADOW): Operation(answer=ShadowProgressAnswer, errors=(NoSuchResource, NotFound)),
    ("DELETE", SHADOW): Operation(answer=ShadowAnswer, errors=(NoSuchResource, NotFound)),
    ("POST", f"{PROJECT}/retrain"): Operation(
        answer=RetrainedAnswer, status=HTTPStatus.ACCEPTED, errors=(NoSuchResource, Conflict, QuotaExceeded)
    ),
    ("GET", f"{PROJECT}/retrain"): Operation(answer=LearnedAnswer, errors=(NoSuchResource, Conflict)),
    ("GET", f"{VERSION}/learned"): Operation(answer=LearnedAnswer, errors=(NoSuchResource,)),
    ("GET", f"{DATASET}/images"): Operation(
        query=ImageListing, answer=ImagesAnswer, errors=(NotFound, NoSuchResource, Conflict)
    ),
    ("GET", f"{DATASET}/picture"): Operation(
        query=PictureOfImage, answer=(JPEG,), errors=(NotFound, NoSuchResource, Conflict, PictureUnavailable)
    ),
    ("POST", f"{DATASET}/images"): Operation(
        body=("image/jpeg", "image/png"), answer=StoredImageAnswer, status=HTTPStatus.CREATED, errors=(NotFound,)
    ),
    ("POST", f"{DATASET}/changes"): Operation(
        body=ImageChanges, answer=ChangedAnswer, errors=(NotFound, NoSuchResource, Conflict, QuotaExceeded)
    ),
    ("GET", f"{DATASET}/remarks"): Operation(answer=RemarksAnswer, errors=(NotFound, NoSuchResource, Conflict)),
    ("GET", f"{PROJECT}/models"): Operation(answer=VersionsAnswer, errors=(NoSuchResource,)),
    ("POST", f"{PROJECT}/models"): Operation(
        body=NewTraining,
        answer=ListedVersion,
        status=HTTPStatus.ACCEPTED,
        errors=(NoSuchResource, Conflict, QuotaExceeded),
    ),
    ("GET", f"{PROJECT}/training"): Operation(answer=TrainingPlanAnswer, errors=(NoSuchResource,)),
    ("GET", THRESHOLD): Operation(query=PricesQuery, answer=ThresholdsAnswer, errors=(NoSuchResource, Conflict)),
    ("POST", THRESHOLD): Operation(
        body=NewThreshold,
        answer=ListedVersion,
        status=HTTPStatus.CREATED,
        errors=(NoSuchResource, Conflict, QuotaExceeded),
    ),
    ("GET", f"{VERSION}/report"): Operation(answer=LinkAnswer, errors=(NotFound,)),
    ("GET", REPORTS): Operation(answer=DaysAnswer),
    ("GET", f"{REPORTS}/{{day}}"): Operation(query=ReportQuery, answer=ReportAnswer, errors=(InvalidRequest, NotFound)),
    ("GET", EXPORTS): Operation(answer=QueriesAnswer),
    ("POST", EXPORTS): Operation(
        body=NewExport, answer=BegunExportAnswer, status=HTTPStatus.ACCEPTED, errors=(LakeUnavailable,)
    ),
    ("GET", EXPORT): Operation(query=ExportQuery, answer=ExportAnswer, errors=(NotFound, LakeUnavailable)),
    ("GET", KEYS): Operation(answer=KeysAnswer),
    ("POST", KEYS): Operation(body=NewKey, answer=MadeKey, status=HTTPStatus.CREATED),
    ("DELETE", KEY): Operation(answer=StoredKey, errors=(NotFound,)),
    ("GET", SETTINGS): Operation(answer=SettingsAnswer),
    ("GET", ALERT_SETTINGS): Operation(answer=RulesAnswer),
    ("PUT", ALERT_SETTINGS): Operation(body=NewRules, answer=RulesAnswer, errors=(NotFound, WrongState)),
    ("DELETE", ALERT_SETTINGS): Operation(query=Reset, answer=RulesAnswer, errors=(NotFound, WrongState)),
    ("GET", "/key"): Operation(answer=KeyAnswer),
    ("POST", "/session"): Operation(
        body=NewSession, answer=SessionAnswer, errors=(SignedOut, LinkUsed, SignInUnavailable, Forbidden)
    ),
    ("DELETE", "/session"): Operation(answer=Ended, errors=(WrongState,)),
    ("DELETE", "/sessions"): Operation(answer=Ended, errors=(WrongState,)),
    ("GET", "/people"): Operation(answer=PeopleAnswer),
    ("POST", "/people"): Operation(
        body=NewPerson, answer=PersonAnswer, status=HTTPStatus.CREATED, errors=(AlreadyInvited,)
    ),
    ("PUT", "/people/{person}"): Operation(body=PersonChange, answer=PersonAnswer, errors=(NotFound, WrongState)),
    ("DELETE", "/people/{person}"): Operation(answer=Nothing, errors=(NotFound, WrongState)),
    ("GET", "/page"): Operation(answer=("text/html",)),
    ("GET", "/page/{edition}/{file}"): Operation(answer=tuple(TYPES.values()), errors=(NotFound,)),
}

HEALTH = Operation(answer=Health)
"""`GET /health`, which the gateway answers itself (infra/api.yaml)."""
