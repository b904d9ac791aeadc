"""The Lambda events of inspections: uploaded images and changes of the table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalicelib.aws.measurements import Measure, measurements
from chalicelib.aws.observability import log_count, log_failure
from chalicelib.aws.s3_notification import Notification, each_announced, read_notification
from chalicelib.aws.sqs_batch import NAMED, BatchAnswer, each_message, messages_of, settle
from chalicelib.core.errors import NoModel, ObjectGone, UnreadableNotification
from chalicelib.core.image import AT_ONCE, UploadedImage
from chalicelib.core.small_picture import PICTURE_REQUEST, SMALL_PICTURE
from chalicelib.inspections.commit_log import log_commit
from chalicelib.inspections.route import Announcement
from chalicelib.inspections.search import as_json
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.models.detect import DETECT_REQUEST, DETECTION
from chalicelib.models.ports import SELF_TEST


def inspect_images(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> BatchAnswer:
    """Inspect every image that the batch announces; the objects are read in parallel.

    Asked to test a project's live model, or a version, it does this instead, and raises `ModelRefused` if that fails.
    """
    if project := lambda_event.get(SELF_TEST):
        inspections.test_model(project, lambda_event.get("version"))
        return {"batchItemFailures": []}
    platform = inspections.platform
    traced, inspect = platform.tracer(), inspections.inspect_batch()
    with measurements(per_line=platform.settings.metrics_per_line) as measure:

        def work(image: UploadedImage) -> None:
            with traced("inspect_image") as annotate, errors_counted(image, measure):
                commit = inspect(image)
                annotate([commit.inspection.correlation_id])
            log_commit(commit, measure)

        return each_message(
            lambda_event,
            lambda message: each_announced(message.body, work),
            platform,
            workers=inspections.readers,
        )


def route_images(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> BatchAnswer:
    """Send every message of the bucket to the queue of its image's project.

    What can be read of a message is sent; then it fails for the rest, and may send the same again.
    """
    messages = messages_of(lambda_event)
    read = [read_notification(message.body) for message in messages]
    sent = inspections.route_images(
        [
            Announcement(notification.images, None if notification.errors else message.body)
            for message, notification in zip(messages, read, strict=True)
        ]
    )
    outcomes = [_unreadable(notification) or error for notification, error in zip(read, sent, strict=True)]
    return settle(list(zip(messages, outcomes, strict=True)), inspections.platform)


def _unreadable(notification: Notification) -> UnreadableNotification | None:
    return UnreadableNotification("; ".join(notification.errors[:NAMED])) if notification.errors else None


def inspect_at_once(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> dict[str, Any]:
    """Inspect one image for a sender who waits: one in the event, of which nothing is stored, or a stored one.

    It also makes small pictures, for which the function of the API has no libraries.
    """
    if "longest_side" in lambda_event:
        return _small_picture(lambda_event, inspections)
    if "content" not in lambda_event:
        return _inspect_stored(lambda_event, inspections)
    request = DETECT_REQUEST.validate_python(lambda_event)
    with inspections.platform.tracer()("detect"):
        detection: dict[str, Any] = DETECTION.dump_python(inspections.detect(request), mode="json")
    return detection


def _small_picture(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> dict[str, Any]:
    """A `SmallPicture`."""
    request = PICTURE_REQUEST.validate_python(lambda_event)
    with inspections.platform.tracer()("make_picture"):
        made: dict[str, Any] = SMALL_PICTURE.dump_python(inspections.make_picture(request), mode="json")
    return made


def _inspect_stored(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> dict[str, str]:
    """Inspect one stored image.

    Answers `inspection` (its JSON), `taken` (another image has this key), or `pending` (why there is no verdict yet).
    Other errors are raised. The queue delivers the image in any case.
    """
    platform = inspections.platform
    request = AT_ONCE.validate_python(lambda_event)
    with (
        measurements(per_line=platform.settings.metrics_per_line) as measure,
        platform.tracer()("inspect_at_once") as annotate,
        errors_counted(request.image, measure),
    ):
        try:
            commit = inspections.inspect_at_once(request)
        except ObjectGone as error:
            return {"taken": str(error)}
        except NoModel as error:
            return {"pending": str(error)}
        annotate([commit.inspection.correlation_id])
        log_commit(commit, measure)
    return {"inspection": as_json(commit.inspection)}


@contextmanager
def errors_counted(image: UploadedImage, measure: Measure) -> Iterator[None]:
    """Log and count an error under the image's project and line, and raise it again."""
    try:
        yield
    except Exception as error:
        project, line, *_ = image.parts
        log_failure("inspection failed", error, project=project, line=line, key=image.key)
        measure(project, line, {"ErrorCount": 1})
        raise


def relay_changes(lambda_event: Mapping[str, Any], inspections: InspectionsWiring) -> None:
    """Publish the changes of the table as events."""
    with inspections.platform.tracer()("relay_changes") as annotate:
        events = inspections.relay_changes(lambda_event["Records"])
        annotate([event.correlation_id for event in events])
    log_count("events published", len(events))
