"""What the triggers of app.py are connected to.

`chalice deploy` imports app.py with the environment of the stage, which `linewatch resources` has written. Wherever
else app.py is imported there are placeholders: when it is packaged, infra/ replaces them; in Lambda nobody reads them.
"""

import os
from collections.abc import Mapping

QUEUES = "LINEWATCH_QUEUES"
"""The ARN that all queues of the stage begin with."""

PLACEHOLDER = "arn:aws:sqs:us-east-1:000000000000:set-by-infra-"
PLACEHOLDER_NUMBER = 999


def queue_arn(queue: str, environment: Mapping[str, str] = os.environ) -> str:
    """The ARN of the queue with this short name, such as `inspection`."""
    return environment.get(QUEUES, PLACEHOLDER) + queue


def stream_arn(table: str, environment: Mapping[str, str] = os.environ) -> str:
    """The ARN of the stream of the table with this short name, such as `inspections`."""
    return environment.get(stream_variable(table), PLACEHOLDER + table)


def setting(parameter: str, environment: Mapping[str, str] = os.environ) -> int:
    """The value that the stage has for a parameter of the template."""
    return int(environment.get(setting_variable(parameter), PLACEHOLDER_NUMBER))


def stream_variable(table: str) -> str:
    """The variable with the ARN of a table's stream."""
    return f"LINEWATCH_STREAM_{table.upper().replace('-', '_')}"


def setting_variable(parameter: str) -> str:
    """The variable with the value of a parameter."""
    return f"LINEWATCH_SETTING_{parameter}"
