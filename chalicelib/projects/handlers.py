"""The Lambda events of projects: manifests, versions to train, and the search for trainings whose worker is gone."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from chalicelib.aws.observability import log_event
from chalicelib.aws.s3_notification import each_announced
from chalicelib.aws.sqs_batch import BatchAnswer, Message, each_message
from chalicelib.core.errors import UnreadableNotification
from chalicelib.core.image import UploadedImage
from chalicelib.projects.limits import require_name
from chalicelib.projects.train import Order
from chalicelib.projects.training_message import TRAINING
from chalicelib.projects.wiring import ProjectsWiring

LAST_RECEIVE = 5
"""After this delivery the queue gives a message up."""


def train_model(lambda_event: Mapping[str, Any], context: Any, projects: ProjectsWiring) -> BatchAnswer:
    """Train the version that a message names. `context` is the Lambda context."""

    def handle(message: Message) -> None:
        order = _order_of(message, lambda: context.get_remaining_time_in_millis() / 1000)
        status = projects.train_version(order)
        log_event(
            "version trained" if status else "version not trained here",
            project=order.project,
            version=order.version,
            worker=order.worker,
            status=status,
        )

    return each_message(lambda_event, handle, projects.platform)


def _order_of(message: Message, seconds_left: Callable[[], float]) -> Order:
    """Each delivery is a worker of its own. Raises ValueError and `InvalidRequest` for what can be no version."""
    training = TRAINING.validate_json(message.body)
    require_name(training.project)
    return Order(
        project=training.project,
        version=training.version,
        worker=uuid4().hex,
        last=message.receives >= LAST_RECEIVE,
        seconds_left=seconds_left,
    )


def import_manifest(lambda_event: Mapping[str, Any], projects: ProjectsWiring) -> BatchAnswer:
    """Import every manifest that the batch announces."""
    platform = projects.platform

    def work(put: UploadedImage) -> None:
        if put.bucket != platform.settings.bucket:
            raise UnreadableNotification(f"it is about the bucket {put.bucket}, which is not this stage's")
        result = projects.import_manifest(put)
        log_event("manifest imported", key=put.key, status=result.status if result else "nothing to do")

    return each_message(lambda_event, lambda message: each_announced(message.body, work), platform)


def fail_overdue_trainings(projects: ProjectsWiring) -> None:
    """Versions whose worker is gone, or never came, are TRAINING_FAILED."""
    projects.fail_overdue_trainings()
