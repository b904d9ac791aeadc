"""The targets of EventBridge's rules, given by hand what a rule could not deliver."""

from typing import Any

from chalicelib.adapters.sqs import SQSQueues
from chalicelib.errors import NotSent
from chalicelib.ports import Letter


class EventTargets:
    """Queues and functions, by the ARN that EventBridge wrote on the dead letter."""

    def __init__(self, queues: SQSQueues, functions: Any) -> None:
        """`functions` is a client of Lambda."""
        self._queues = queues
        self._functions = functions

    def deliver(self, letter: Letter) -> None:
        """The event as it was, to the target that it was meant for."""
        arn = letter.attributes.get("TARGET_ARN", "")
        match arn.split(":"):
            case [_, _, "sqs", _, _, queue]:
                self._queues.put(queue, letter.body, {})
            case [_, _, "lambda", *_]:
                self._functions.invoke(FunctionName=arn, InvocationType="Event", Payload=letter.body)
            case _:
                raise NotSent(f"its TARGET_ARN {arn!r} is neither a queue nor a function")
