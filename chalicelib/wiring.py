"""The composition root: one cached factory per use case. The only place that names an adapter."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from chalicelib import ports
from chalicelib.domain.access import AccessKey, Grant
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.events import AnyInspectionFact
from chalicelib.settings import AlertSettings, Settings

if TYPE_CHECKING:
    from chalicelib.adapters.sqs import SQSQueues
    from chalicelib.stages.alerting import Fate
    from chalicelib.stages.looking_up import Page
    from chalicelib.stages.reconciling import Reconciliation
    from chalicelib.stages.redriving import Redrivable
    from chalicelib.stages.upload import NewImage, Upload


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A correlation id."""
    return uuid4().hex


@cache
def settings() -> Settings:
    """This deployment."""
    return Settings.from_environment()


@cache
def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(service, config=Config(retries={"mode": "standard"}, max_pool_connections=20))


@cache
def images() -> ports.Images:
    """The bucket's images."""
    from chalicelib.adapters.s3_images import S3Images

    return S3Images(_client("s3"))


@cache
def inspections() -> ports.Inspections:
    """The table of inspections."""
    from chalicelib.adapters.dynamodb import DynamoDBInspections

    return DynamoDBInspections(_client("dynamodb"), settings().name("inspections"))


@cache
def models() -> ports.Models:
    """The registry of model versions."""
    from chalicelib.adapters.models import ModelRegistry

    return ModelRegistry(
        _client("dynamodb"), _client("s3"), table=settings().name("projects"), bucket=settings().bucket, clock=clock
    )


@cache
def queues() -> "SQSQueues":
    """Any queue of this account."""
    from chalicelib.adapters.sqs import SQSQueues

    return SQSQueues(_client("sqs"))


@cache
def causes() -> ports.Causes:
    """Why messages failed."""
    from chalicelib.adapters.dynamodb_causes import DynamoDBCauses

    return DynamoDBCauses(_client("dynamodb"), settings().name("failures"), clock)


@cache
def access_keys() -> ports.AccessKeys:
    """The table of keys."""
    from chalicelib.adapters.dynamodb_keys import DynamoDBAccessKeys

    return DynamoDBAccessKeys(_client("dynamodb"), settings().name("keys"))


@cache
def upload_signer() -> ports.UploadSigner:
    """Presigned uploads into the bucket; its client is configured for signing and never called."""
    import boto3

    from chalicelib.adapters.s3_uploads import SIGNING, S3UploadSigner

    return S3UploadSigner(boto3.client("s3", config=SIGNING), settings().bucket)


@cache
def authorize_token() -> Callable[[str], Grant | None]:
    """What a token allows."""
    from chalicelib.stages.authorizing import authorize as use_case

    return partial(use_case, keys=access_keys())


@cache
def issue_key() -> Callable[..., tuple[AccessKey, str]]:
    """Make a key, and its token."""
    from chalicelib.stages.authorizing import issue_key as use_case

    return partial(use_case, keys=access_keys(), clock=clock, random_hex=token_hex)


@cache
def request_upload() -> "Callable[[NewImage, Grant], Upload]":
    """Allow one upload."""
    from chalicelib.stages.upload import request_upload as use_case

    return partial(use_case, signer=upload_signer(), clock=clock, new_id=new_id)


@cache
def request_uploads() -> "Callable[[Sequence[NewImage], Grant], list[Upload]]":
    """Allow many, or none."""
    from chalicelib.stages.upload import request_uploads as use_case

    return partial(use_case, signer=upload_signer(), clock=clock, new_id=new_id)


@cache
def request_legacy_upload() -> Callable[[str, str, str, Grant], tuple[str, str]]:
    """Allow one upload of the archived sample's kind, by line, camera and image id."""
    from chalicelib.stages.upload import request_legacy_upload as use_case

    return partial(use_case, signer=upload_signer(), clock=clock)


@cache
def find_inspection() -> Callable[[str, Grant], Inspection]:
    """One inspection, for those who may see it."""
    from chalicelib.stages.looking_up import find_inspection as use_case

    return partial(use_case, inspections=inspections())


@cache
def list_inspections() -> "Callable[..., Page]":
    """A line's inspections, for those who may see them."""
    from chalicelib.stages.looking_up import list_inspections as use_case

    return partial(use_case, inspections=inspections(), clock=clock)


@cache
def inspect_image() -> Callable[[UploadedImage], tuple[Inspection, bool]]:
    """Judge one image and commit its inspection."""
    from chalicelib.stages.inspection import inspect_image as use_case

    return partial(use_case, images=images(), models=models(), inspections=inspections(), clock=clock)


@cache
def event_bus() -> ports.EventBus:
    """Whoever listens."""
    from chalicelib.adapters.eventbridge import EventBridgeBus

    return EventBridgeBus(_client("events"), settings().bus)


@cache
def relay_changes() -> Callable[[Sequence[Mapping[str, Any]]], list[AnyInspectionFact]]:
    """Tell the bus what changed in the table."""
    from chalicelib.adapters.dynamodb import inspection_in
    from chalicelib.adapters.sqs import SQSDeadLetters
    from chalicelib.stages.relay import relay_changes as use_case

    return partial(
        use_case,
        translate=inspection_in,
        bus=event_bus(),
        dead_letters=SQSDeadLetters(queues(), settings().name("relay-dlq")),
    )


@cache
def alert_settings() -> AlertSettings:
    """When and how people are told."""
    return AlertSettings.from_environment()


@cache
def alert_ledger() -> ports.AlertLedger:
    """Which alerts are seen to."""
    from chalicelib.adapters.dynamodb_alerts import DynamoDBAlertLedger

    return DynamoDBAlertLedger(
        _client("dynamodb"),
        claims=settings().name("alert-claims"),
        windows=settings().name("alert-windows"),
        clock=clock,
    )


@cache
def alert_topic() -> ports.AlertTopic:
    """People who subscribed. A retry in the client could tell them twice behind the ledger's back."""
    import boto3
    from botocore.config import Config

    from chalicelib.adapters.sns import SNSTopic

    once = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5)
    client = boto3.client("sns", config=once)
    partition, here = client.meta.partition, settings()
    return SNSTopic(client, f"arn:{partition}:sns:{here.region}:{here.account}:{here.name('alerts')}")


@cache
def raise_alert() -> "Callable[[AnyInspectionFact], Fate]":
    """Alert people to one fact, or count it for the digest."""
    from chalicelib.domain.alerts import Policy
    from chalicelib.stages.alerting import raise_alert as use_case

    return partial(
        use_case,
        policy=Policy.parse(alert_settings().confidence),
        length=alert_settings().window,
        api_url=alert_settings().api_url,
        ledger=alert_ledger(),
        topic=alert_topic(),
        clock=clock,
    )


@cache
def send_digests() -> Callable[[], int]:
    """Send what the closed windows counted."""
    from chalicelib.stages.alerting import send_digests as use_case

    return partial(use_case, api_url=alert_settings().api_url, ledger=alert_ledger(), topic=alert_topic(), clock=clock)


@cache
def lake() -> ports.Lake:
    """The lake."""
    from chalicelib.adapters.s3_lake import ParquetLake

    return ParquetLake(_client("s3"), settings().bucket)


@cache
def archive() -> Callable[[Sequence[AnyInspectionFact]], list[Exception | None]]:
    """Store facts as rows of the lake."""
    from chalicelib.stages.archiving import archive as use_case

    return partial(use_case, lake=lake())


@cache
def compact_lake() -> Callable[[], int]:
    """Make one file of every day and line."""
    from chalicelib.stages.compacting import compact as use_case

    return partial(use_case, lake=lake())


@cache
def note_lost_images() -> Callable[..., list[tuple[Inspection, bool]]]:
    """Commit what a dead message announced as failed."""
    from chalicelib.adapters.sqs import SQSDeadLetters
    from chalicelib.stages.lost_images import note_lost_images as use_case

    unreadable = SQSDeadLetters(queues(), settings().name("unreadable-dlq"))
    return partial(use_case, inspections=inspections(), unreadable=unreadable)


@cache
def reconciliation() -> "Reconciliation":
    """Bucket, table and lake, compared."""
    from chalicelib.adapters.s3_folders import S3ImageFolders
    from chalicelib.adapters.sqs_notifications import SQSNotifications
    from chalicelib.stages.reconciling import Reconciliation

    return Reconciliation(
        folders=S3ImageFolders(_client("s3"), settings().bucket),
        inspections=inspections(),
        lake=lake(),
        notifications=SQSNotifications(queues(), settings().name("inspection")),
        bus=event_bus(),
        clock=clock,
    )


@cache
def dead_letters() -> "list[Redrivable]":
    """Every place of dead letters, and the way back from each."""
    from chalicelib.adapters.dynamodb import inspection_in
    from chalicelib.adapters.dynamodb_stream import StreamPositions
    from chalicelib.adapters.sqs_letters import SQSLetterBox
    from chalicelib.adapters.targets import EventTargets
    from chalicelib.stages.redriving import FailedImages, Redrivable, RefuseDeadLetters, relay_again
    from chalicelib.stages.relay import relay_changes as relay_changes_with

    def box(place: str) -> ports.LetterBox:
        return SQSLetterBox(queues(), settings().name(place), place, causes())

    def to(queue: str) -> Callable[[ports.Letter], None]:
        return lambda letter: queues().put(settings().name(queue), letter.body, {})

    relay = partial(relay_changes_with, translate=inspection_in, bus=event_bus(), dead_letters=RefuseDeadLetters())
    return [
        Redrivable(FailedImages(inspections()), to("inspection")),
        Redrivable(box("inspection-dlq"), to("inspection")),
        Redrivable(box("unreadable-dlq"), to("inspection")),
        Redrivable(box("relay-dlq"), partial(relay_again, relay=relay)),
        Redrivable(box("stream-dlq"), StreamPositions(_client("dynamodbstreams"), relay_changes()).relay_again),
        Redrivable(box("results-dlq"), to("results")),
        Redrivable(box("alerts-dlq"), to("alerts")),
        Redrivable(box("events-dlq"), EventTargets(queues(), _client("lambda")).deliver),
    ]
