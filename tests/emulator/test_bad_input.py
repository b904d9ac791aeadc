"""An image that can never be inspected is rejected with its reason and does not affect the others."""

import json
from dataclasses import dataclass

import pytest

from chalicelib.core.inspection import Inspection, Verdict
from tests.emulator.account import accounted, settle
from tests.emulator.conftest import Say
from tests.emulator.images import Picture, a_huge_header, a_photograph, a_png
from tests.emulator.plant import Plant, Sent, image_fields, key_of

pytestmark = pytest.mark.emulator

LINE = "line-bad"

CAMERAS_SEND = {
    "no image": (Picture(b"this is no image, whatever it says"), "neither a JPEG nor a PNG"),
    "truncated": (Picture(a_photograph().content[:2000]), "truncated"),
    "a PNG called JPEG": (Picture(a_png().content), "uploaded as image/jpeg but is image/png"),
    "a JPEG called PNG": (Picture(a_photograph().content, "image/png"), "uploaded as image/png but is image/jpeg"),
    "20,000 x 20,000 px": (a_huge_header(), "20000 x 20000|20,000 x 20,000"),
}
"""Images that a camera sends by the API, with the reason of the rejection."""

WRONG_KEYS = {
    "spaces": f"images/plates/{LINE}/cam-1/2026-01-01/part 7 of 9",
    "unicode": f"images/plates/{LINE}/cam-1/2026-01-01/Prüfteil-七",
    "an encoded slash": f"images/plates/{LINE}/cam-1/2026-01-01/a%2Fb",
    "a plus": f"images/plates/{LINE}/cam-1/2026-01-01/a+b",
    "two dots": f"images/plates/{LINE}/../2026-01-01/part-7",
    "too few parts": "images/part-7",
}
"""Keys of objects in the bucket that do not name an image."""


@dataclass(frozen=True)
class Batch:
    """Images that were all in the queue before the first was inspected. `bad` is by what is wrong with the image."""

    bad: dict[str, Sent]
    good: list[Sent]
    bare: Sent


@pytest.fixture(scope="module")
def batch(plant: Plant) -> Batch:
    """All bad images, between good ones."""
    with plant.waiting():
        pictures = [picture for picture, _ in CAMERAS_SEND.values()]
        first, *sent, last = plant.send([a_photograph(), *pictures, a_photograph()], LINE)
        bad = dict(zip(CAMERAS_SEND, sent, strict=True))
        bad |= {name: plant.store(key, a_photograph()) for name, key in WRONG_KEYS.items()}
        bad["zero bytes"] = plant.store(key_of(LINE, "empty"), Picture(b""))
        bad["gone"] = plant.store(key_of(LINE, "gone"), a_photograph())
        plant.stack.client("s3").delete_object(Bucket=plant.stack.bucket, Key=bad["gone"].key)
        bad["replaced"] = plant.store(key_of(LINE, "replaced"), a_photograph())
        replacement = plant.store(key_of(LINE, "replaced"), a_photograph())
        bare = plant.store(key_of(LINE, "bare"), a_photograph())
        plant.send_message("inspection", json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "any"}))
    return Batch(bad, [first, last, replacement], bare)


@pytest.mark.parametrize("wrong", CAMERAS_SEND)
def test_an_image_that_cannot_be_read_is_rejected_with_its_reason(plant: Plant, batch: Batch, wrong: str) -> None:
    found = plant.verdict(batch.bad[wrong].inspection_id)
    assert found.verdict is Verdict.REJECTED
    assert_says(found, CAMERAS_SEND[wrong][1])


@pytest.mark.parametrize("wrong", WRONG_KEYS)
def test_an_object_whose_key_does_not_name_an_image_is_rejected_under_its_own_key(
    plant: Plant, batch: Batch, wrong: str
) -> None:
    found = plant.verdict(batch.bad[wrong].inspection_id)
    assert (found.verdict, found.key, found.line) == (Verdict.REJECTED, WRONG_KEYS[wrong], "unknown")
    assert_says(found, "does not name an image")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [("zero bytes", "empty"), ("gone", "object is gone"), ("replaced", "object was replaced")],
)
def test_an_object_that_cannot_be_read_is_rejected(plant: Plant, batch: Batch, wrong: str, reason: str) -> None:
    found = plant.verdict(batch.bad[wrong].inspection_id)
    assert found.verdict is Verdict.REJECTED
    assert_says(found, reason)


def test_an_object_without_metadata_has_its_upload_time_as_time_of_capture(plant: Plant, batch: Batch) -> None:
    found = plant.verdict(batch.bare.inspection_id)
    assert found.verdict is Verdict.NORMAL
    assert found.captured_at == found.uploaded_at
    assert found.correlation_id == found.inspection_id


def test_bad_images_do_not_affect_the_others(plant: Plant, batch: Batch, say: Say) -> None:
    for image in batch.good:
        assert plant.verdict(image.inspection_id).verdict is Verdict.NORMAL
    on_line = [plant.verdict(image.inspection_id) for image in (*batch.good, batch.bare, *batch.bad.values())]
    images = [found.inspection_id for found in on_line if found.line == LINE]
    settle(plant, images, LINE)  # the S3 test event is gone too
    say(accounted(plant, "bad input", images, LINE))


def assert_says(found: Inspection, reason: str) -> None:
    """The reason contains one of the texts that `|` separates."""
    assert any(each in str(found.reason) for each in reason.split("|")), found.reason


DEVIATIONS = {
    "another type": {"Content-Type": "image/png"},
    "another checksum": {"x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    "another time of capture": {"x-amz-meta-captured-at": "2020-01-01T00:00:00+00:00"},
    "another correlation id": {"x-amz-meta-correlation-id": "0" * 32},
    "another condition": {"If-None-Match": '"other"'},
}


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_a_put_with_other_headers_than_signed_is_refused(plant: Plant, deviation: str) -> None:
    picture = a_photograph()
    [upload] = plant.request_uploads([picture], "line-deviant")
    assert plant.put(upload, picture.content, **DEVIATIONS[deviation]).status_code == 403
    assert_absent(plant, upload["key"])


def test_other_bytes_of_the_same_length_are_refused(plant: Plant) -> None:
    picture, other = a_photograph(), a_photograph()
    [upload] = plant.request_uploads([picture], "line-deviant")
    assert plant.put(upload, other.content).status_code == 400
    assert_absent(plant, upload["key"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size_bytes", 0),
        ("size_bytes", 21 * 1024 * 1024),
        ("size_bytes", "many"),
        ("line", "../../etc"),
        ("camera", "a b"),
        ("image_id", "a/b"),
        ("sha256", "00"),
        ("content_type", "image/gif"),
        ("captured_at", "2020-01-01T00:00:00Z"),
        ("captured_at", "yesterday"),
        ("colour", "blue"),
    ],
)
def test_a_wrong_field_is_named_in_the_answer(plant: Plant, field: str, value: object) -> None:
    fields = image_fields(a_photograph(), LINE) | {field: value}
    answer = plant.ask("POST", "/uploads", json=fields)
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def assert_absent(plant: Plant, key: str) -> None:
    """There is no object under the key."""
    assert plant.stack.client("s3").list_objects_v2(Bucket=plant.stack.bucket, Prefix=key)["KeyCount"] == 0
