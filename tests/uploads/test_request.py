"""Which uploads a camera may make."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.core.image import ImageName, is_id
from chalicelib.uploads.ports import UploadTerms
from chalicelib.uploads.request import NewImage, Upload, request_legacy_upload, request_upload, request_uploads
from tests.support.builders import NOON, FakeClock
from tests.support.fake_uploads import FakeSigner

GRANT = Grant("k", Role.CAMERA, "plates", ("line-1",), ("cam-*",))


def image_fields(**changes: Any) -> dict[str, Any]:
    return {
        "line": "line-1",
        "camera": "cam-1",
        "captured_at": NOON.isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": 1000,
        "sha256": "ab" * 32,
    } | changes


def an_image(**changes: Any) -> NewImage:
    return NewImage.model_validate(image_fields(**changes))


def ask(images: Sequence[NewImage], signer: FakeSigner | None = None) -> list[Upload]:
    ids = (f"c{number}" for number in count(1))
    return request_uploads(images, GRANT, signer=signer or FakeSigner(), clock=FakeClock(), new_id=lambda: next(ids))


def ask_one(image: NewImage, signer: FakeSigner | None = None) -> Upload:
    return request_upload(image, GRANT, signer=signer or FakeSigner(), clock=FakeClock(), new_id=lambda: "c1")


def test_exactly_the_described_content_is_signed_for_one_upload() -> None:
    signer = FakeSigner()
    upload = ask_one(an_image(image_id="part-7", facility="north"), signer)
    assert signer.signed == [
        UploadTerms(
            key="images/plates/line-1/cam-1/2026-03-14/part-7",
            content_type="image/jpeg",
            size_bytes=1000,
            sha256="ab" * 32,
            metadata={"captured-at": NOON.isoformat(), "correlation-id": "c1", "facility": "north"},
            once=True,
        )
    ]
    assert (upload.image_id, upload.bucket, upload.key) == ("part-7", "bucket", signer.signed[0].key)
    assert (upload.method, upload.correlation_id) == ("PUT", "c1")


def test_an_image_without_an_id_has_the_same_key_each_time() -> None:
    assert ask_one(an_image()).key == ask_one(an_image(sha256="AB" * 32)).key
    assert ask_one(an_image()).key != ask_one(an_image(sha256="cd" * 32)).key
    assert ask_one(an_image()).key != ask_one(an_image(camera="cam-2")).key


def test_the_day_in_the_key_is_the_day_of_capture_in_utc() -> None:
    assert "/2026-03-13/" in ask_one(an_image(captured_at="2026-03-14T08:30:00+09:00")).key


def test_the_metadata_has_the_time_in_utc() -> None:
    signer = FakeSigner()
    ask_one(an_image(captured_at="2026-03-14T13:00:00+01:00"), signer)
    assert (signer.signed[0].metadata or {})["captured-at"] == NOON.isoformat()


@pytest.mark.parametrize("change", [{"camera": "other"}, {"line": "line-2"}])
def test_an_image_outside_the_scope_is_forbidden(change: dict[str, str]) -> None:
    signer = FakeSigner()
    with pytest.raises(Forbidden, match="does not cover"):
        ask_one(an_image(**change), signer)
    assert not signer.signed


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=-365)])
def test_a_clock_within_the_limits_is_accepted(ahead: timedelta) -> None:
    assert ask_one(an_image(captured_at=(NOON + ahead).isoformat()))


@pytest.mark.parametrize("ahead", [timedelta(minutes=5, seconds=1), timedelta(days=-366)])
def test_a_wrong_clock_is_refused_with_the_servers_time(ahead: timedelta) -> None:
    with pytest.raises(InvalidRequest, match=r"captured_at: .* the server's time is 2026-03-14T12:00:00\+00:00"):
        ask_one(an_image(captured_at=(NOON + ahead).isoformat()))


def test_a_batch_is_answered_in_its_order() -> None:
    uploads = ask([an_image(image_id=each) for each in "cab"])
    assert [upload.image_id for upload in uploads] == ["c", "a", "b"]


def test_the_same_content_twice_in_a_batch_gets_the_same_answer() -> None:
    signer = FakeSigner()
    first, second = ask([an_image(), an_image(captured_at="2026-03-14T11:00:00Z")], signer)
    assert first == second
    assert len(signer.signed) == 1


def test_two_contents_under_one_image_id_are_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"images\.1\.image_id: .*different content"):
        ask([an_image(image_id="a"), an_image(image_id="a", sha256="cd" * 32)])


def test_one_wrong_image_makes_the_batch_fail_and_is_named() -> None:
    late = an_image(image_id="late", captured_at="2027-01-01T00:00:00Z")
    with pytest.raises(InvalidRequest, match=r"^images\.1\.captured_at: "):
        ask([an_image(), late])
    with pytest.raises(Forbidden, match=r"^images\.2: this key does not cover"):
        ask([an_image(), an_image(), an_image(camera="other")])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("line", "../x"),
        ("line", ""),
        ("line", 7),
        ("camera", "a b"),
        ("facility", "n\north"),
        ("image_id", "a/b"),
        ("image_id", ".."),
        ("captured_at", "2026-03-14T12:00:00"),
        ("captured_at", "2026-03-14"),
        ("captured_at", "0001-01-01T00:00:00+23:59"),
        ("captured_at", "9999-12-31T23:59:59-12:00"),
        ("captured_at", 1773489600),
        ("captured_at", None),
        ("content_type", "image/gif"),
        ("size_bytes", 0),
        ("size_bytes", -1),
        ("size_bytes", 20 * 1024 * 1024 + 1),
        ("size_bytes", "1000"),
        ("size_bytes", 1000.0),
        ("size_bytes", True),
        ("sha256", "ab"),
        ("sha256", "a" * 63),
        ("sha256", "a" * 65),
        ("sha256", "zz" * 32),
        ("sha256", "ab" * 32 + "\n"),
        ("colour", "red"),
    ],
)
def test_a_field_that_is_wrong_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        an_image(**{field: value})
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize("field", ["line", "camera", "captured_at", "content_type", "size_bytes", "sha256"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    image = image_fields()
    del image[field]
    with pytest.raises(ValidationError) as caught:
        NewImage.model_validate(image)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def legacy(image_id: str, camera: str = "cam-1", *, ids: Iterator[str]) -> tuple[ImageName, FakeSigner]:
    signer = FakeSigner()
    name, _ = request_legacy_upload(
        "line-1", camera, image_id, GRANT, signer=signer, clock=FakeClock(), new_id=lambda: next(ids)
    )
    return name, signer


def test_the_legacy_route_signs_only_the_type_under_an_image_id_of_its_own() -> None:
    name, signer = legacy("part-7", ids=iter(["0123456789abcdef"]))
    assert name.key == "images/plates/line-1/cam-1/2026-03-14/part-7.01234567"
    assert signer.signed == [UploadTerms(key=name.key, content_type="image/jpeg")]


@given(st.text("AZaz09._-", min_size=1, max_size=64).filter(is_id))
def test_two_legacy_uploads_never_share_a_key(image_id: str) -> None:
    ids = iter(["a" * 32, "b" * 32])
    first, second = legacy(image_id, ids=ids)[0], legacy(image_id, ids=ids)[0]
    assert first.key != second.key
    assert ImageName.from_key(first.key) == first


def test_the_legacy_route_refuses_a_camera_outside_the_scope() -> None:
    with pytest.raises(Forbidden):
        legacy("part-7", camera="other", ids=iter(["a" * 32]))
