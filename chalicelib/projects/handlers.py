"""The Lambda events of projects: versions to train, and the search for trainings whose worker is gone."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from chalicelib.aws.observability import log_event
from chalicelib.aws.sqs_batch import BatchAnswer, Message, each_message, messages_of
from chalicelib.projects.train import Order
from chalicelib.projects.wiring import ProjectsWiring

LAST_RECEIVE = 5
"""After this delivery the queue gives a message up."""


def train_model(lambda_event: Mapping[str, Any], context: Any, projects: ProjectsWiring) -> BatchAnswer:
    """Train the version that a message names. `context` is the Lambda context."""
    platform = projects.platform

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

    return each_message(
        messages_of(lambda_event),
        handle,
        queues=platform.queues,
        failure_log=platform.failure_log,
        partial_batches=platform.settings.partial_batches,
    )


def _order_of(message: Message, seconds_left: Callable[[], float]) -> Order:
    """Each delivery is a worker of its own."""
    body = json.loads(message.body)
    return Order(
        project=body["project"],
        version=body["version"],
        worker=uuid4().hex,
        last=message.receives >= LAST_RECEIVE,
        seconds_left=seconds_left,
    )


def fail_overdue_trainings(projects: ProjectsWiring) -> None:
    """Versions whose worker is gone, or never came, are TRAINING_FAILED."""
    for model in projects.fail_overdue_trainings():
        log_event("training failed", project=model.project, version=model.version, reason=model.status_message)
