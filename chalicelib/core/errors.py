"""The errors that Linewatch handles. Any other error is unexpected, and the work is retried."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core.unreadable import Unreadable


class LinewatchError(Exception):
    """The base of Linewatch's own errors."""


class UnprocessableImage(LinewatchError):
    """This image can never be inspected; the message says why. It is a normal outcome and is never retried."""


class ObjectGone(UnprocessableImage):
    """The object was deleted or replaced before it was read."""


class UnreadableRecord(LinewatchError):
    """A stored record cannot be read, most likely because another version of Linewatch wrote it."""

    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(f"{unreadable.name} in {unreadable.where} cannot be read: {unreadable.reason}")
        self.unreadable = unreadable


class UnreadableNotification(LinewatchError):
    """A message announces objects in a form that is not S3's; the text says what is wrong with each record."""


class NoModel(LinewatchError):
    """The project has no live model version; its images wait or fail until one is started."""


class NotFound(LinewatchError):
    """Nothing is stored under this id."""


class ImageIdTaken(LinewatchError):
    """Another image of this camera and day has this image id already, and stays; nothing was stored."""


class NotInspectedYet(LinewatchError):
    """The image is stored, but it has no verdict in time; the queue delivers it to be inspected."""

    def __init__(self, inspection_id: str, reason: str) -> None:
        super().__init__(f"the image is stored and will be inspected; ask for its inspection later: {reason}")
        self.inspection_id = inspection_id


class CannotReview(LinewatchError):
    """This inspection cannot be reviewed, whatever the answer; the message says why."""


class StaleRevision(LinewatchError):
    """The inspection has changed since the answer's author saw it. `revision` is the present one."""

    def __init__(self, inspection_id: str, revision: int) -> None:
        super().__init__(
            f"inspection {inspection_id} has changed and has revision {revision} now: look at it, then answer again"
        )
        self.revision = revision


class WrongState(LinewatchError):
    """Something is in a state that does not allow this; the message says what to do."""


class Forbidden(LinewatchError):
    """The key does not allow this request; the message says what it allows."""


class SignedOut(LinewatchError):
    """The person's session has ended, or what should begin one is not valid; the message says what to do."""


class PictureUnavailable(LinewatchError):
    """A small picture cannot be made now."""


class LakeUnavailable(LinewatchError):
    """Nobody runs queries on the lake now."""


class SignInUnavailable(LinewatchError):
    """The sign-in service does not answer: nobody can sign in now, and open sessions go on."""


class LinkUsed(LinewatchError):
    """A sign-in link has begun a session already, or was taken back."""

    def __init__(self, at: datetime | None) -> None:
        when = "was taken back" if at is None else f"was used on {at:%Y-%m-%d at %H:%M} UTC"
        super().__init__(f"this sign-in link {when}, and a link signs in once: ask for another one")


class InvalidRequest(LinewatchError):
    """The request is wrong. Each error is (field, what to send instead).

    A field is named like `images.3.line`; it is empty when the error is about the whole request.
    """

    def __init__(self, *errors: tuple[str, str]) -> None:
        (field, message), more = errors[0], len(errors) - 1
        first = f"{field}: {message}" if field else message
        super().__init__(f"{first} (and {more} more)" if more else first)
        self.errors = errors


class PublishFailed(LinewatchError):
    """The event bus did not accept every event."""


class NotSent(LinewatchError):
    """A message could not be sent; the error says why and what to do."""


class NotReconciled(LinewatchError):
    """Time ran out before all days were compared; the message names the command that compares the rest."""


class MessagesFailed(LinewatchError):
    """Some messages of a batch failed and will be delivered again; the text has the error of each."""


class TooLarge(LinewatchError):
    """The body is larger than any request needs, or than one can carry; the message says what to do."""


class LakeFileUnreadable(LinewatchError):
    """A file of the lake is broken or, if `newer`, a newer version of Linewatch wrote it."""

    def __init__(self, key: str, reason: str, *, newer: bool = False) -> None:
        super().__init__(f"{key} cannot be read: {reason}")
        self.key, self.reason, self.newer = key, reason, newer


class UnwritableEvents(LinewatchError):
    """Some events cannot be rows of the lake. `errors` has the error of each, by event id; none was written."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(f"{len(errors)} events cannot be rows of the lake")
        self.errors = errors


class LakeFileGone(LinewatchError):
    """A file of the lake was deleted after it was listed, most likely because another run merged it."""


class CompactionFailed(LinewatchError):
    """Some partitions could not be compacted; the message names each with its error. The others were compacted."""


class AlertInFlight(LinewatchError):
    """Another worker is sending this alert. That worker may die, so this event must be delivered again."""


class LedgerBusy(LinewatchError):
    """The alert ledger cannot add an alert now: others change it too fast, or DynamoDB is overloaded."""
