"""Deliver an event to its target when the EventBridge rule could not, or when the function failed."""

from typing import TYPE_CHECKING

from chalicelib.aws.sqs import SQSQueues
from chalicelib.core.errors import NotSent
from chalicelib.recovery.failed_run import failed_run_in
from chalicelib.recovery.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class EventTargets:
    """Queues and functions, by the ARN that EventBridge put on the dead letter, or Lambda into it."""

    def __init__(self, queues: SQSQueues, functions: "LambdaClient") -> None:
        self._queues = queues
        self._functions = functions

    def deliver(self, dead_letter: DeadLetter) -> None:
        """Send the unchanged event to its original target; `NotSent` when that is neither a queue nor a function."""
        if run := failed_run_in(dead_letter.body):
            self._functions.invoke(FunctionName=run.function, InvocationType="Event", Payload=run.event)
            return
        arn = dead_letter.attributes.get("TARGET_ARN", "")
        match arn.split(":"):
            case [_, _, "sqs", _, _, queue]:
                self._queues.put(queue, dead_letter.body, {})
            case [_, _, "lambda", *_]:
                self._functions.invoke(FunctionName=arn, InvocationType="Event", Payload=dead_letter.body)
            case _:
                raise NotSent(f"the TARGET_ARN {arn!r} is neither a queue nor a function")
