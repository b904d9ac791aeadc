"""The composition root: one cached factory per use case. The only place that names an adapter."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from chalicelib import ports
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.sqs import SQSQueues


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


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
def inspect_image() -> Callable[[UploadedImage], tuple[Inspection, bool]]:
    """Judge one image and commit its inspection."""
    from chalicelib.stages.inspection import inspect_image as use_case

    return partial(use_case, images=images(), models=models(), inspections=inspections(), clock=clock)


@cache
def relay_changes() -> Callable[[Sequence[Mapping[str, Any]]], int]:
    """Tell the bus what changed in the table."""
    from chalicelib.adapters.dynamodb import inspection_in
    from chalicelib.adapters.eventbridge import EventBridgeBus
    from chalicelib.adapters.sqs import SQSDeadLetters
    from chalicelib.stages.relay import relay_changes as use_case

    return partial(
        use_case,
        translate=inspection_in,
        bus=EventBridgeBus(_client("events"), settings().bus),
        dead_letters=SQSDeadLetters(queues(), settings().name("relay-dlq")),
    )
