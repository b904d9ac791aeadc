"""From a message of the inspection queue that ran out of attempts to a failed inspection."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection, Verdict
from chalicelib.ports import DIED, DeadLetters, Inspections
from chalicelib.stages.inspection import told_by_notification


def note_lost_images(
    body: str,
    announced: Callable[[], Iterable[UploadedImage]],
    *,
    cause: str | None,
    tried_at: datetime,
    inspections: Inspections,
    unreadable: DeadLetters,
) -> list[tuple[Inspection, bool]]:
    """Commit what the message announced as failed; the flag is False for an image that has a verdict.

    `tried_at` is the same however often the message comes, and so is the inspection: nothing is told twice of it. A
    body that cannot be read goes whole to `unreadable`. What else goes wrong is raised, for the message to come again.
    """
    try:
        images = list(announced())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        unreadable.put(body, cause=f"{type(error).__name__}: {error}")
        return []
    failed = [_failed(image, cause or DIED, tried_at, body) for image in images]
    return [(inspection, inspections.commit(inspection)) for inspection in failed]


def _failed(image: UploadedImage, reason: str, tried_at: datetime, body: str) -> Inspection:
    return Inspection(
        **told_by_notification(image),
        revision=0,
        inspected_at=tried_at,
        verdict=Verdict.FAILED,
        reason=reason,
        original_message=body,
    )
