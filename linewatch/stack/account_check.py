"""Whether an account can run a stage: how many functions it may run at a time, and how many the stage needs."""

from collections.abc import Mapping
from typing import Any

from linewatch.errors import UsageProblem
from linewatch.stack.template import Template
from linewatch.stack.values import Value

INSPECTION, RESERVE = "InspectionConcurrency", "ReserveConcurrency"

BESIDE_INSPECTION = 20
"""Functions that run beside inspection: the API with its authorizers, the relay, the lake, alerts."""
REQUEST = "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384"
"""The command by which AWS is asked to let an account run more functions at a time."""
_UNRESERVED = 100
"""What Lambda keeps for functions without a reservation."""


class AccountTooSmall(UsageProblem):
    """The account may run too few functions at a time. The message says how to ask AWS for more."""


def concurrency_limit(functions: Any) -> int:
    """How many functions this account may run at a time in this region; `functions` is a client of Lambda."""
    limit: int = functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    return limit


def reserves(template: Template, limit: int) -> bool:
    """Whether the account is large enough for the reservations in this template, which has all of them."""
    functions = [each["Properties"] for each in template["Resources"].values() if each["Type"].endswith("::Function")]
    reserved = sum(int(function.get("ReservedConcurrentExecutions", 0)) for function in functions)
    return limit - reserved >= _UNRESERVED


def shortage(values: Mapping[str, Value], least: int, limit: int, region: str) -> str | None:
    """What to say of an account in which inspection could take all that may run at a time; None if it cannot.

    `least` is the smallest inspection concurrency that the template allows. With it a stage may be tried in any
    account: the text is advice. Raises `AccountTooSmall` for a larger one.
    """
    inspection = int(values[INSPECTION])
    needed = inspection + BESIDE_INSPECTION
    if needed <= limit:
        return None
    most = max(least, limit - BESIDE_INSPECTION)
    text = (
        f"this account may run {limit} functions at a time in {region}, and {INSPECTION}={inspection} needs {needed}: "
        "images that AWS throttles five times are lost as `failed`. Ask AWS for more:\n"
        f"  {REQUEST} --desired-value {max(1000, needed)} --region {region}"
    )
    if inspection > least:
        raise AccountTooSmall(f"{text}\nor begin with --set {INSPECTION}={most}")
    return text
