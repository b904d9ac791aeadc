"""All checks of a stage, one after the other. One that fails does not keep the others from running."""

from collections.abc import Callable, Iterator
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from linewatch.camera.api import AccessDenied, Refused, UrlExpired
from linewatch.camera.connection import ConnectionSettingsError
from linewatch.camera.retry import TemporaryError
from linewatch.operate.check.configuration import checked_api, checked_concurrency, checked_drift, checked_log
from linewatch.operate.check.deployed import stack_of
from linewatch.operate.check.images import checked_images
from linewatch.operate.check.outcome import Outcome, Status
from linewatch.operate.check.watch import checked_alarms, checked_dead_letters, checked_subscribers
from linewatch.operate.page_link import api_address, api_id
from linewatch.stack.target import Target

_OF_AWS = (BotoCoreError, ClientError)
_OF_CAMERAS = (AccessDenied, Refused, UrlExpired, TemporaryError, ConnectionSettingsError, OSError)

type Echo = Callable[[str], None]


def checks(target: Target, wait_seconds: float, echo: Echo) -> Iterator[Outcome]:
    """The outcome of each check, as it comes. Raises `NoStack` before the first one."""
    stack = stack_of(target)
    yield from _reported("verdicts", lambda: _images(target, wait_seconds, echo))
    single: dict[str, Callable[[], Outcome]] = {
        "dead letters": lambda: checked_dead_letters(target, stack),
        "subscribers": lambda: checked_subscribers(target, stack),
        "API": lambda: checked_api(target, api_id(target)),
        "log": lambda: checked_log(target, stack),
        "concurrency": lambda: checked_concurrency(target),
        "drift": lambda: checked_drift(target, stack),
    }
    yield from _reported("alarms", lambda: checked_alarms(target, stack))
    for name, check in single.items():
        yield from _reported(name, partial(_one, check))


def _one(check: Callable[[], Outcome]) -> Iterator[Outcome]:
    yield check()


def _reported(name: str, check: Callable[[], Iterator[Outcome]]) -> Iterator[Outcome]:
    """What the check says; when it cannot be done, that."""
    try:
        yield from check()
    except _OF_AWS as error:
        yield Outcome(name, Status.FAILED, str(error), "check the rights of these credentials")
    except _OF_CAMERAS as error:
        yield Outcome(name, Status.FAILED, str(error), "the log of api_handler and authorize")


def _images(target: Target, wait_seconds: float, echo: Echo) -> Iterator[Outcome]:
    return checked_images(target, api_address(target), wait_seconds, echo)
