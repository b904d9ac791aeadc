"""A signature is accepted when botocore made it for exactly this request, and for nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.access_keys import authorize_signed, issue_key
from chalicelib.access.domain import AccessKey, Grant, Role, parse_token
from chalicelib.access.signature import SentRequest
from chalicelib.access.sigv4 import expected_signature
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Forbidden
from tests.support.builders import NOON
from tests.support.fake_access import FakeAccessKeys, FakeSealer

type Sign = Callable[..., SentRequest]

KEYS = FakeAccessKeys()
KEY, TOKEN = issue_key(Role.ADMIN, "plates", keys=KEYS, sealer=FakeSealer(), clock=lambda: NOON)
_, SECRET = parse_token(TOKEN) or ("", "")
KEY_ID = KEY.grant.key_id

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEGMENTS = st.lists(TEXT.filter(lambda text: text not in {"", ".", ".."}), min_size=1, max_size=4)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
HEADERS = st.dictionaries(st.from_regex(r"\Ax-[a-z]{1,8}\Z"), VALUES, max_size=3)


def signed(
    method: str = "POST",
    segments: tuple[str, ...] = ("v1", "2020-11-20", "projects"),
    query: tuple[tuple[str, str], ...] = (),
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    *,
    secret: str = SECRET,
    key_id: str = KEY_ID,
    service: str = "lookoutvision",
) -> SentRequest:
    """A request as botocore signs and sends it, and as the gateway passes it on."""
    url = "https://api.example:8443/" + "/".join(percent_encode(each, safe="-._~") for each in segments)
    if query:
        url += "?" + urlencode(query, quote_via=quote, safe="-._~")
    request = AWSRequest(method, url, headers={"X-Amzn-Client-Token": "t-1"} | (headers or {}), data=body)
    SigV4Auth(Credentials(key_id, secret), service, "eu-west-1").add_auth(request)
    sent = {name.lower(): value for name, value in request.headers.items()}
    parts = urlsplit(url)
    given = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return SentRequest(method, parts.path, given, {"host": parts.netloc, "user-agent": "Boto3"} | sent, body)


def accepted(request: SentRequest, keys: FakeAccessKeys = KEYS, now: datetime | None = None) -> Grant:
    return authorize_signed(
        request, keys=keys, sealer=FakeSealer(), expected=expected_signature, clock=lambda: now or utc_now()
    )


def refusal(request: SentRequest, keys: FakeAccessKeys = KEYS, now: datetime | None = None) -> str:
    with pytest.raises(Forbidden) as refused:
        accepted(request, keys, now)
    return str(refused.value)


def resigned(request: SentRequest, **headers: str) -> SentRequest:
    return replace(request, headers={**request.headers, **headers})


METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE"])
QUERIES = st.lists(st.tuples(TEXT.filter(bool), TEXT), max_size=3)


@given(METHODS, SEGMENTS, QUERIES, HEADERS, st.binary(max_size=64))
def test_what_botocore_signs_is_accepted(
    method: str, segments: list[str], query: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    request = signed(method, tuple(segments), tuple(query), headers, body)
    assert accepted(request) == KEY.grant


@given(METHODS, SEGMENTS, QUERIES, HEADERS, st.binary(max_size=64), st.data())
def test_what_was_changed_after_signing_is_refused(
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    data: st.DataObject,
) -> None:
    request = signed(method, tuple(segments), tuple(query), headers, body)
    name = data.draw(st.sampled_from([*headers, "x-amzn-client-token", "host"]))
    changed = [
        replace(request, method="PUT"),
        replace(request, path=request.path + "x"),
        replace(request, path=request.path + "/x"),
        replace(request, query=(*request.query, ("nextToken", "x"))),
        replace(request, body=body + b"x"),
        resigned(request, **{name: request.headers[name].strip() + "x"}),
        replace(request, headers={key: value for key, value in request.headers.items() if key != name}),
    ]
    changed += [replace(request, query=request.query[1:])] if query else []
    changed += [replace(request, body=body[1:])] if body else []
    for each in changed:
        refusal(each)


def an_authorization(**changes: str) -> str:
    parts = {"key_id": "k", "day": "20260101", "signed": "host;x-amz-date", "signature": "0" * 64} | changes
    scope = "{key_id}/{day}/r/lookoutvision/aws4_request".format(**parts)
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={parts['signed']}, Signature={parts['signature']}"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "AWS4-HMAC-SHA256",
        an_authorization(key_id=""),
        an_authorization(key_id="a_b"),
        an_authorization(signature="é" * 64),
        an_authorization(signature="0" * 63),
        an_authorization(signature="F" * 64),
        an_authorization(day="2026010\N{ARABIC-INDIC DIGIT ONE}"),
        an_authorization(signed=""),
        an_authorization(signed="host"),
        an_authorization(signed="x-amz-date;host;x-amzn-client-token"),
        an_authorization(signed="host;x-amz-date;x-amzn-client-token;x-not-sent"),
        an_authorization().replace("HMAC", "ECDSA"),
        "Bearer lw_k_s",
        "Basic YTpi",
        "A" * 100_000,
    ],
    ids=str.__len__,
)
def test_a_malformed_header_is_refused_without_a_read(authorization: str) -> None:
    class Unread(FakeAccessKeys):
        def find(self, key_id: str) -> AccessKey | None:
            raise AssertionError(f"{key_id} was looked up")

    assert refusal(resigned(signed(), authorization=authorization), Unread()).startswith("sign the request")


@given(st.text(max_size=200))
def test_any_header_is_answered(authorization: str) -> None:
    refusal(resigned(signed(), authorization=authorization))


@pytest.mark.parametrize(
    "headers", [{"x-amz-date": "yesterday"}, {"x-amz-date": "20260229T000000Z"}, {"x-amz-date": "20250101T000000Z"}]
)
def test_another_time_than_the_signed_one_is_refused(headers: dict[str, str]) -> None:
    assert "X-Amz-Date" in refusal(resigned(signed(), **headers))


@pytest.mark.parametrize("minutes", [-5.2, 5.2, 60 * 24])
def test_a_clock_that_is_minutes_off_is_refused(minutes: float) -> None:
    assert "set the clock" in refusal(signed(), now=utc_now() + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-4.8, -2, 2, 4.8])
def test_a_clock_that_is_a_little_off_is_accepted(minutes: float) -> None:
    assert accepted(signed(), now=utc_now() + timedelta(minutes=minutes))


@pytest.mark.parametrize("named", ["host", "x-amz-date", "x-amzn-client-token"])
def test_what_the_api_reads_must_be_signed(named: str) -> None:
    request = signed()
    authorization = request.headers["authorization"].replace(f"{named};", "").replace(f";{named}", "")
    assert "sign the headers" in refusal(resigned(request, authorization=authorization))


def test_a_payload_that_is_not_signed_is_refused() -> None:
    request = signed(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}, body=b"image")
    assert "the body must be signed" in refusal(request)


def test_a_signature_for_another_service_is_refused() -> None:
    assert refusal(signed(service="s3")).startswith("sign the request")


def keys_with(key: AccessKey) -> FakeAccessKeys:
    return FakeAccessKeys({KEY_ID: key})


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        (signed(secret="0" * 64), KEYS),
        (signed(key_id="unknown"), KEYS),
        (signed(key_id="unknown", secret=""), KEYS),
        (signed(), keys_with(replace(KEY, revoked_at=NOON))),
        (signed(), keys_with(replace(KEY, sealed_secret=None))),
        (signed(secret=""), keys_with(replace(KEY, sealed_secret=None))),
        (signed(), keys_with(replace(KEY, sealed_secret=b"another:" + SECRET.encode()))),
        (signed(secret=""), keys_with(replace(KEY, sealed_secret=b"another:"))),
    ],
    ids=[
        "wrong secret",
        "unknown key",
        "unknown key, empty secret",
        "revoked",
        "older than signatures",
        "older than signatures, empty secret",
        "sealed for another key",
        "sealed for another key, empty secret",
    ],
)
def test_whatever_is_wrong_with_the_key_the_answer_is_the_same(request_: SentRequest, keys: FakeAccessKeys) -> None:
    assert refusal(request_, keys) == refusal(signed(secret="1" * 64))


def test_the_path_is_signed_as_it_was_sent() -> None:
    arn = "arn:aws:lookoutvision:eu-west-1:123456789012:project/plates"
    request = signed("GET", ("v1", "2020-11-20", "tags", arn))
    assert accepted(request) == KEY.grant
    refusal(replace(request, path=unquote(request.path)))
