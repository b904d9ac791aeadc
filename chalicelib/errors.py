"""The failures that Linewatch tells apart. Whatever is not here is unexpected and retried."""


class LinewatchError(Exception):
    """The base of Linewatch's own errors."""


class ImageRejected(LinewatchError):
    """This image can never be inspected; the message says why. It is an outcome, not a fault: never retried."""


class ObjectGone(ImageRejected):
    """The object was deleted or replaced before it was read."""


class NoModel(LinewatchError):
    """The project has no live model version; its images wait or fail until one is published."""


class NotFound(LinewatchError):
    """Nothing is stored under this id."""


class Forbidden(LinewatchError):
    """The caller's key does not allow this; the message says what it does allow."""


class InvalidRequest(LinewatchError):
    """The request is wrong; the message says what and what to send instead."""


class PublishFailed(LinewatchError):
    """The event bus did not take every event."""


class MessagesFailed(LinewatchError):
    """Some messages of a batch failed; each one's cause is in the message, and they will be delivered again."""
