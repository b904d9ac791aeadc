"""The Lambda events of inspections: uploaded images and changes of the table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalicelib.aws.observability import log_events, log_failure
from chalicelib.aws.s3_notification import read_notification
from chalicelib.aws.sqs_batch import NAMED, Message, each_message, each_of, messages_of
from chalicelib.core.errors import UnreadableNotification
from chalicelib.core.image import UploadedImage
from chalicelib.inspections.commit_log import log_commit
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.models.ports import SELF_TEST


def inspect_images(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> None:
    """Inspect every image that the batch announces; the objects are read in parallel.

    Asked to test a project's live model, it does this instead, and raises `ModelRefused` if the test fails.
    """
    if project := lambda_event.get(SELF_TEST):
        inspections.test_model(project)
        return
    platform = inspections.platform
    traced, inspect = platform.tracer(), inspections.inspect_image

    def work(image: UploadedImage) -> None:
        with traced("inspect_image") as annotate, errors_counted(image):
            commit = inspect(image)
            annotate([commit.inspection.correlation_id])
        log_commit(commit)

    def handle(message: Message) -> None:
        notification = read_notification(message.body)
        each_of(notification.images, work)
        if notification.errors:
            raise UnreadableNotification("; ".join(notification.errors[:NAMED]))

    messages = messages_of(lambda_event)
    each_message(
        messages,
        handle,
        queues=platform.queues,
        failure_log=platform.failure_log,
        workers=min(len(messages), inspections.readers),
    )


@contextmanager
def errors_counted(image: UploadedImage) -> Iterator[None]:
    """Log and count an error under the image's project and line, and raise it again."""
    try:
        yield
    except Exception as error:
        project, line, *_ = image.parts
        log_failure("inspection failed", error, metrics={"ErrorCount": 1}, project=project, line=line, key=image.key)
        raise


def relay_changes(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> None:
    """Publish the changes of the table as events."""
    with inspections.platform.tracer()("relay_changes") as annotate:
        events = inspections.relay_changes(lambda_event["Records"])
        annotate([event.correlation_id for event in events])
    log_events("events published", events)
