"""What Lambda sends to a queue when a function failed that nobody waited for, such as one that a schedule starts."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of a function that failed or never began: the function's ARN, the event as JSON, and the error."""

    function: str
    event: str
    error: str


def failed_run_in(body: str) -> FailedRun | None:
    """The run that a message is about; None when the message is anything else.

    Format: "Retaining records of asynchronous invocations", AWS Lambda Developer Guide. A run that never began, as it
    waited too long, has no `responsePayload`; its error is the condition, such as `EventAgeExceeded`.
    """
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match record:
        case {"requestContext": {"functionArn": str(function), "condition": str(condition)}, "requestPayload": event}:
            return FailedRun(function, json.dumps(event), _error_in(record.get("responsePayload")) or condition)
    return None


def _error_in(answer: object) -> str | None:
    match answer:
        case {"errorType": str(kind), "errorMessage": str(message)}:
            return f"{kind}: {message}"
        case {"errorMessage": str(message)}:
            return message
    return None
