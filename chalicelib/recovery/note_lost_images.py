"""Turn a message of the inspection queue that ran out of attempts into failed inspections."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.aws.failure_log import DIED
from chalicelib.core.capture import Capture
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import Commit, DeadLetterWriter, Inspections


def note_lost_images(
    body: str,
    images: Sequence[UploadedImage],
    unread: Sequence[str],
    *,
    error: str | None,
    tried_at: datetime,
    inspections: Inspections,
    unreadable: DeadLetterWriter,
    shortened: Callable[[str], str],
) -> list[Commit]:
    """Commit the images that the message announced as failed, unless they have a verdict.

    `tried_at` stays the same when the message is delivered again, and so does the inspection: nothing is published
    twice. A body with anything that cannot be read (`unread`) goes to `unreadable` in full. `shortened` makes a text
    that an item can hold of the body. Any error is raised, and the message is delivered again.
    """
    reason, message = error or DIED, shortened(body)
    commits = [
        inspections.commit(Inspection.failed(Capture.of(image), reason, original_message=message, at=tried_at))
        for image in images
    ]
    if unread:  # last, because each delivery puts it again
        unreadable.put(body, error="; ".join(unread))
    return commits
