"""What an operator may do: everything in any project. AWS has checked who it is."""

import os
from getpass import getuser

from chalicelib.access.domain import Grant, Role
from linewatch.errors import UsageProblem


def operator_grant(project: str) -> Grant:
    """The grant with which commands call the use cases of projects. Raises `UsageProblem` for what is no name."""
    try:
        return Grant("operator", Role.ADMIN, project)
    except ValueError as error:
        raise UsageProblem(str(error)) from error


def operator_id() -> str:
    """How what an operator does is noted."""
    return f"operator:{this_user()}"


def this_user() -> str:
    """The name of this computer's user; the number of one without a name, as in a container."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())
