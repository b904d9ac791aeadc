"""Errors of Lambda as errors of hosting."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from chalicelib.hosting.domain import HostingBusy, HostingRefused

_BUSY = {"ResourceInUseException", "ResourceConflictException", "TooManyRequestsException", "ThrottlingException"}
_NOT_SEEN_YET = "NonExistentQueue"
"""What the message names when Lambda does not see a queue yet that was made a moment ago."""
_REFUSED = {"InvalidParameterValueException", "ValidationException", "AccessDeniedException"}


@contextmanager
def translated() -> Iterator[None]:
    """What passes is `HostingBusy`, what AWS will never do is `HostingRefused`; any other error stays as it is."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BUSY or _NOT_SEEN_YET in str(error):
            raise HostingBusy(str(error)) from error
        if code in _REFUSED:
            raise HostingRefused(str(error)) from error
        raise
