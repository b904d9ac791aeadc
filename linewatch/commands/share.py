"""The type of options that are a share or a probability."""

import click


class _Share(click.FloatRange):
    """A number from 0 to 1. What is written as a per cent is refused with how to write it."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = -1
        if not 0 <= number <= 1:
            self.fail(f"{value} is not a number from 0 to 1: write 10 % as 0.10", param, ctx)
        return number


SHARE = _Share()
