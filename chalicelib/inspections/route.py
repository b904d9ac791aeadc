"""Send an uploaded image to the queue of its project."""

from collections.abc import Callable, Sequence
from itertools import groupby

from chalicelib.aws.s3_notification import notification_of
from chalicelib.core.image import UploadedImage
from chalicelib.inspections.ports import ImageQueues


def route_images(
    images: Sequence[UploadedImage],
    body: str | None,
    *,
    queues: ImageQueues,
    queue_of: Callable[[str], str],
    shared: str,
) -> list[str]:
    """Send the images of a message to their project's own queue, or to the `shared` one. Returns the queues.

    `body` is the message, which is sent as it is if its images are of one project; None if it has more in it than these
    images. Sending again what was sent already does no harm: an image has one inspection. An image of a project that is
    unknown fails in the shared queue for that reason, and is noted as failed.
    """
    by_project = [(project, list(group)) for project, group in groupby(images, key=lambda image: image.parts[0])]
    if len(by_project) == 1 and body is not None:
        return [_send(by_project[0][0], [body], queues, queue_of, shared)]
    return [
        _send(project, [notification_of(image) for image in group], queues, queue_of, shared)
        for project, group in by_project
    ]


def _send(project: str, bodies: Sequence[str], queues: ImageQueues, queue_of: Callable[[str], str], shared: str) -> str:
    queue = queue_of(project)
    if queues.put_if_there(queue, bodies):
        return queue
    queues.put_all(shared, bodies)
    return shared
