"""What an operator may do: everything in any project. AWS has checked who it is."""

from chalicelib.access.domain import Grant, Role
from linewatch.errors import UsageProblem


def operator_grant(project: str) -> Grant:
    """The grant with which commands call the use cases of projects. Raises `UsageProblem` for what is no name."""
    try:
        return Grant("operator", Role.ADMIN, project)
    except ValueError as error:
        raise UsageProblem(str(error)) from error
