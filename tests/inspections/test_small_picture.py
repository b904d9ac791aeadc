"""A small picture of an image is a JPEG of exactly what was inspected, or says why there is none."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ReadTimeoutError, ResponseStreamingError
from PIL import Image

from chalicelib.aws.picture_function import FunctionPictures
from chalicelib.composition import Linewatch
from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.small_picture import PICTURE_REQUEST, SMALL_PICTURE, ImageObject, PictureRequest, SmallPicture
from chalicelib.inspections.handlers import inspect_at_once
from chalicelib.inspections.ports import StoredImage
from tests.support.builders import FakeClock, an_upload
from tests.support.deployment import a_linewatch
from tests.support.fake_aws import FakeFunctions
from tests.support.fake_inspections import FakeImages

UPLOAD = an_upload()
IMAGE = ImageObject(UPLOAD.bucket, UPLOAD.key, UPLOAD.etag)


def a_png(pixels: np.ndarray[Any, Any]) -> bytes:
    written = BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


def a_linewatch_with(content: bytes) -> Linewatch:
    linewatch = a_linewatch(FakeClock())
    linewatch.inspections.images = FakeImages({(UPLOAD.key, UPLOAD.etag): StoredImage(content, "image/png", {})})
    return linewatch


def made(content: bytes, side: int = 320, image: ImageObject = IMAGE) -> SmallPicture:
    request = PICTURE_REQUEST.dump_python(PictureRequest(image, side), mode="json")
    return SMALL_PICTURE.validate_python(inspect_at_once(request, a_linewatch_with(content).inspections))


def shown(content: bytes, side: int = 320) -> np.ndarray[Any, Any]:
    picture = Image.open(BytesIO(made(content, side).picture))
    assert picture.format == "JPEG"
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [((3000, 4000), 320, (240, 320)), ((4000, 30), 320, (320, 2)), ((100, 80), 320, (100, 80))],
)
def test_the_longer_side_is_as_long_as_asked_for_and_nothing_is_enlarged(
    size: tuple[int, int], side: int, expected: tuple[int, int]
) -> None:
    assert shown(a_png(np.zeros((*size, 3), np.uint8)), side).shape[:2] == expected


def test_a_camera_of_12_bits_is_not_shown_as_black() -> None:
    assert shown(a_png(np.full((64, 64), 3000, np.uint16))).mean() == pytest.approx(255 * 3000 / 4095, abs=2)


def test_an_image_that_is_gone_or_damaged_says_so() -> None:
    content = a_png(np.zeros((64, 64, 3), np.uint8))
    assert "gone" in made(content, image=replace(IMAGE, etag="another-content")).missing
    assert "damaged" in made(content[:60]).missing


def test_an_image_that_nobody_inspected_is_shown_as_it_is_now() -> None:
    content = a_png(np.zeros((64, 64, 3), np.uint8))
    assert made(content, image=replace(IMAGE, etag=None)).picture


def test_a_request_of_the_version_before_is_understood() -> None:
    """The API of a stage may still be that version while the function is this one."""
    content = a_png(np.zeros((64, 64, 3), np.uint8))
    said = {"size_bytes": 1, "uploaded_at": "2026-03-14T12:00:00Z"}
    request = PICTURE_REQUEST.dump_python(PictureRequest(IMAGE, 320), mode="json")
    request["image"] |= said
    assert inspect_at_once(request, a_linewatch_with(content).inspections)["picture"]


def pictures(functions: FakeFunctions) -> FunctionPictures:
    return FunctionPictures(functions, "linewatch-test-inspect_at_once")  # type: ignore[arg-type]


def test_the_function_is_asked_once_and_its_picture_passed_on() -> None:
    functions = FakeFunctions(json.loads(SMALL_PICTURE.dump_json(SmallPicture(b"\xff\xd8\xff"))))
    request = PictureRequest(IMAGE, 320)
    assert pictures(functions).make(request) == SmallPicture(b"\xff\xd8\xff")
    [asked] = functions.invoked
    assert (asked["FunctionName"], PICTURE_REQUEST.validate_json(asked["Payload"])) == (
        "linewatch-test-inspect_at_once",
        request,
    )


@pytest.mark.parametrize(
    "functions",
    [
        FakeFunctions({"errorMessage": "secret"}, failed=True),
        FakeFunctions(fault=ReadTimeoutError(endpoint_url="x")),
        FakeFunctions(lost=ResponseStreamingError(error="reset")),
    ],
)
def test_a_function_that_fails_is_worth_another_try(functions: FakeFunctions) -> None:
    with pytest.raises(PictureUnavailable, match="try again") as raised:
        pictures(functions).make(PictureRequest(IMAGE, 320))
    assert "secret" not in str(raised.value)
