"""An error as a text for people and for storage."""

from chalicelib.core.values import storable

LONGEST_ERROR = 2000
"""Characters. People read an error and DynamoDB stores it, but some errors quote their whole input."""


def describe_error(error: BaseException) -> str:
    """The error and the errors that it came from, on one line of at most `LONGEST_ERROR` characters."""
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(f"{type(link).__name__}: {link}")
        link = link.__cause__
    return storable(" <- ".join(chain), LONGEST_ERROR)
