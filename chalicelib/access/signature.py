"""AWS Signature Version 4, as the Lookout for Vision client signs: the claim that a request makes, checked for form.

The access key id is the id of a Linewatch key, and the secret access key is the key's secret. Source:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from chalicelib.core.errors import Forbidden

SERVICE = "lookoutvision"
LARGEST_SKEW = timedelta(minutes=5)
CONTENT_SHA256 = "x-amz-content-sha256"
ALWAYS_SIGNED = {"host", "x-amz-date"}
SIGNED_WHEN_SENT = {"x-amzn-client-token", CONTENT_SHA256}
"""What the API reads of the headers, so that nobody can change it on the way."""

_NOT_SIGNED = "sign the request with a Linewatch key (AWS Signature Version 4), or send one as a bearer token"
_TIME_FORM = "%Y%m%dT%H%M%SZ"
_authorization = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([A-Za-z0-9-]{1,64})/([0-9]{8})/([a-z0-9-]{1,64})/" + SERVICE + r"/aws4_request"
    r", *SignedHeaders=([a-z0-9;_-]{1,1000}), *Signature=([0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it was signed: `path` is percent-encoded, the query is not; names of headers are in lower case."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """What the header `Authorization` claims, and the time of `X-Amz-Date`."""

    key_id: str
    timestamp: str
    region: str
    signed_headers: tuple[str, ...]
    signature: str


def read_signature(request: SentRequest, now: datetime) -> Signature:
    """The claim of a request that has the right form, time and body; `Forbidden` otherwise.

    This costs no look at the stored keys, and its messages say nothing of them.
    """
    form = _authorization.fullmatch(request.headers.get("authorization", ""))
    if form is None:
        raise Forbidden(_NOT_SIGNED)
    key_id, day, region, signed, signature = form.groups()
    timestamp = request.headers.get("x-amz-date", "")
    claim = Signature(key_id, timestamp, region, tuple(signed.split(";")), signature)
    _require_headers(claim, request.headers)
    _require_time(timestamp, day, now)
    _require_body(request)
    return claim


def _require_headers(claim: Signature, headers: Mapping[str, str]) -> None:
    signed = set(claim.signed_headers)
    needed = ALWAYS_SIGNED | (SIGNED_WHEN_SENT & set(headers))
    if not needed <= signed <= set(headers) or list(claim.signed_headers) != sorted(signed):
        raise Forbidden(f"{_NOT_SIGNED}: sign the headers {', '.join(sorted(needed))}")


def _require_time(timestamp: str, day: str, now: datetime) -> None:
    try:
        at = datetime.strptime(timestamp, _TIME_FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise Forbidden(f"{_NOT_SIGNED}: send X-Amz-Date as YYYYMMDDTHHMMSSZ") from error
    if at.strftime(_TIME_FORM) != timestamp or not timestamp.startswith(day):
        raise Forbidden(f"{_NOT_SIGNED}: X-Amz-Date and the date of the credential differ")
    if abs(now - at) > LARGEST_SKEW:
        minutes = LARGEST_SKEW // timedelta(minutes=1)
        raise Forbidden(f"the request is signed for {timestamp}, more than {minutes} minutes from now: set the clock")


def _require_body(request: SentRequest) -> None:
    digest = sha256(request.body).hexdigest()
    if request.headers.get(CONTENT_SHA256, digest) != digest:
        raise Forbidden("X-Amz-Content-SHA256 is not the SHA-256 of the body: the body must be signed")
