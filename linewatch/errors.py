"""The errors that all of the command line shares."""

from chalicelib.core.errors import LinewatchError


class UsageProblem(LinewatchError):
    """A command was used wrongly: it ends with exit code 2, and the message says what to do instead."""
