"""Turn a message of the inspection queue that ran out of attempts into failed inspections."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.aws.failure_log import DIED
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Capture, Inspection
from chalicelib.inspections.ports import Commit, DeadLetterWriter, Inspections


def note_lost_images(
    body: str,
    announced: Callable[[], Iterable[UploadedImage]],
    *,
    error: str | None,
    tried_at: datetime,
    inspections: Inspections,
    unreadable: DeadLetterWriter,
) -> list[Commit]:
    """Commit the images that the message announced as failed, unless they have a verdict.

    `tried_at` stays the same when the message is delivered again, and so does the inspection: nothing is published
    twice. A body that cannot be read goes to `unreadable` in full. Any other error is raised, and the message is
    delivered again.
    """
    try:
        images = list(announced())
    except (AttributeError, KeyError, TypeError, ValueError) as unread:
        unreadable.put(body, error=f"{type(unread).__name__}: {unread}")
        return []
    reason = error or DIED
    return [
        inspections.commit(Inspection.failed(Capture.of(image), reason, original_message=body, at=tried_at))
        for image in images
    ]
