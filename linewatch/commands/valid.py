"""Options as the body or the query of a request: the API's own checks hold for them."""

from typing import TYPE_CHECKING

import click

from linewatch.commands.printing import Row

if TYPE_CHECKING:
    from pydantic import BaseModel


def valid[T: "BaseModel"](model: type[T], given: Row) -> T:
    """The values of the options, checked as the API checks them. Raises `click.UsageError` with what is wrong."""
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as error:
        messages = (": ".join([*map(str, each["loc"]), each["msg"]]) for each in error.errors())
        raise click.UsageError("; ".join(messages)) from error
