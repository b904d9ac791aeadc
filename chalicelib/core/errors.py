"""The failures that Linewatch tells apart. Whatever is not here is unexpected and retried."""


class LinewatchError(Exception):
    """The base of Linewatch's own errors."""


class UnprocessableImage(LinewatchError):
    """This image can never be inspected; the message says why. It is an outcome, not a fault: never retried."""


class ObjectGone(UnprocessableImage):
    """The object was deleted or replaced before it was read."""


class NoModel(LinewatchError):
    """The project has no live model version; its images wait or fail until one is published."""


class NotFound(LinewatchError):
    """Nothing is stored under this id."""


class Forbidden(LinewatchError):
    """The caller's key does not allow this; the message says what it does allow."""


class InvalidRequest(LinewatchError):
    """The request is wrong; each error is a field (`images.3.line`, or none for the whole) and what to send instead."""

    def __init__(self, *errors: tuple[str, str]) -> None:
        (field, message), more = errors[0], len(errors) - 1
        first = f"{field}: {message}" if field else message
        super().__init__(f"{first} (and {more} more)" if more else first)
        self.errors = errors


class PublishFailed(LinewatchError):
    """The event bus did not take every event."""


class NotSent(LinewatchError):
    """A message could not be sent again; the error says why and what to do."""


class NotReconciled(LinewatchError):
    """The time was up before all days were compared; the message says which command compares the rest."""


class MessagesFailed(LinewatchError):
    """Some messages of a batch failed; each one's error is in the message, and they will be delivered again."""


class LakeFileUnreadable(LinewatchError):
    """A file of the lake is broken or newer than this version; the message names it."""


class LakeFileGone(LinewatchError):
    """A file of the lake was deleted since it was listed; most likely another run has merged it."""


class CompactionFailed(LinewatchError):
    """Some partitions could not be compacted; the message names each with its error. The others were."""


class AlertInFlight(LinewatchError):
    """Another worker is sending this alert; it may die, so the alert has to come again."""


class LedgerBusy(LinewatchError):
    """The alert ledger changes too fast, or has too much to do, to take one more alert now."""
