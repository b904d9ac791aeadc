"""The outside world: one cached factory per port, each with its adapter, imported only when it is asked for."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from chalicelib import ports
from chalicelib.settings import AlertSettings, Settings

if TYPE_CHECKING:
    from chalicelib.adapters.sqs import SQSQueues


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
def client(service: str) -> Any:
    """A client of AWS that gives up, its three attempts together, before a function's 30 s are over."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"mode": "standard"}, connect_timeout=2, read_timeout=5, max_pool_connections=20)
    return boto3.client(service, config=config)


@cache
def images() -> ports.Images:
    """The bucket's images."""
    from chalicelib.adapters.s3_images import S3Images

    return S3Images(client("s3"))


@cache
def inspections() -> ports.Inspections:
    """The table of inspections."""
    from chalicelib.adapters.dynamodb import DynamoDBInspections

    return DynamoDBInspections(client("dynamodb"), settings().name("inspections"))


@cache
def models() -> ports.Models:
    """The registry of model versions."""
    from chalicelib.adapters.models import ModelRegistry

    return ModelRegistry(
        client("dynamodb"), client("s3"), table=settings().name("projects"), bucket=settings().bucket, clock=clock
    )


@cache
def queues() -> "SQSQueues":
    """Any queue of this account."""
    from chalicelib.adapters.sqs import SQSQueues

    return SQSQueues(client("sqs"))


@cache
def causes() -> ports.Causes:
    """Why messages failed."""
    from chalicelib.adapters.dynamodb_causes import DynamoDBCauses

    return DynamoDBCauses(client("dynamodb"), settings().name("failures"), clock)


@cache
def access_keys() -> ports.AccessKeys:
    """The table of keys."""
    from chalicelib.adapters.dynamodb_keys import DynamoDBAccessKeys

    return DynamoDBAccessKeys(client("dynamodb"), settings().name("keys"))


@cache
def upload_signer() -> ports.UploadSigner:
    """Presigned uploads into the bucket; its client is configured for signing and never called."""
    import boto3

    from chalicelib.adapters.s3_uploads import SIGNING, S3UploadSigner

    return S3UploadSigner(boto3.client("s3", config=SIGNING), settings().bucket)


@cache
def event_bus() -> ports.EventBus:
    """Whoever listens."""
    from chalicelib.adapters.eventbridge import EventBridgeBus

    return EventBridgeBus(client("events"), settings().bus)


@cache
def lake() -> ports.Lake:
    """The lake."""
    from chalicelib.adapters.s3_lake import ParquetLake

    return ParquetLake(client("s3"), settings().bucket)


@cache
def alert_settings() -> AlertSettings:
    """When and how people are told."""
    return AlertSettings.from_environment()


@cache
def alert_ledger() -> ports.AlertLedger:
    """Which alerts are seen to."""
    from chalicelib.adapters.dynamodb_alerts import DynamoDBAlertLedger

    return DynamoDBAlertLedger(
        client("dynamodb"),
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
def image_folders() -> ports.ImageFolders:
    """The bucket's images, by folder."""
    from chalicelib.adapters.s3_folders import S3ImageFolders

    return S3ImageFolders(client("s3"), settings().bucket)


@cache
def notifications() -> ports.Notifications:
    """The inspection queue, as S3 writes to it."""
    from chalicelib.adapters.sqs_notifications import SQSNotifications

    return SQSNotifications(queues(), settings().name("inspection"))


@cache
def dead_letters(place: str) -> ports.DeadLetters:
    """A dead-letter queue, to write to."""
    from chalicelib.adapters.sqs import SQSDeadLetters

    return SQSDeadLetters(queues(), settings().name(place))


@cache
def letter_box(place: str) -> ports.LetterBox:
    """A dead-letter queue, to look into."""
    from chalicelib.adapters.sqs_letters import SQSLetterBox

    return SQSLetterBox(queues(), settings().name(place), place, causes())
