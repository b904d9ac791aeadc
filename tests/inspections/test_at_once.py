"""An image whose sender waits is inspected once, whoever is faster: the sender's request or the queue."""

import json
from dataclasses import replace

import pytest

from chalicelib.composition import Linewatch
from chalicelib.core.image import AT_ONCE, AtOnce
from chalicelib.core.inspection import LIVE
from chalicelib.inspections.handlers import inspect_at_once
from chalicelib.inspections.ports import StoredImage
from tests.support.builders import JPEG, FakeClock, an_upload
from tests.support.deployment import a_linewatch
from tests.support.fake_inspections import FakeImages, FakeInspections
from tests.support.fake_models import FakeModel, FakeModels

UPLOAD = an_upload()


@pytest.fixture
def linewatch() -> Linewatch:
    linewatch = a_linewatch(FakeClock())
    linewatch.inspections.images = FakeImages({(UPLOAD.key, UPLOAD.etag): StoredImage(JPEG, "image/jpeg", {})})
    linewatch.inspections.table = FakeInspections()
    linewatch.models.registry = FakeModels()
    return linewatch


def ask(linewatch: Linewatch, request: AtOnce) -> dict[str, str]:
    return inspect_at_once(AT_ONCE.dump_python(request, mode="json"), linewatch.inspections)


def test_the_answer_is_the_inspection_that_was_stored(linewatch: Linewatch) -> None:
    answer = ask(linewatch, AtOnce(UPLOAD, existed=False))
    stored = linewatch.inspections.table.find(UPLOAD.inspection_id, LIVE)
    assert stored is not None
    assert json.loads(answer["inspection"])["inspection_id"] == stored.inspection_id
    assert json.loads(answer["inspection"])["verdict"] == "normal"


def test_the_queue_that_was_faster_keeps_its_verdict_and_the_sender_gets_it(linewatch: Linewatch) -> None:
    linewatch.inspections.inspect_image(UPLOAD)
    stored = linewatch.inspections.table.find(UPLOAD.inspection_id, LIVE)
    linewatch.models.registry.models["plates"] = FakeModel(anomaly_probability=0.9)  # type: ignore[attr-defined]
    answer = json.loads(ask(linewatch, AtOnce(UPLOAD, existed=True))["inspection"])
    assert answer["verdict"] == "normal"
    assert linewatch.inspections.table.find(UPLOAD.inspection_id, LIVE) == stored


def test_an_image_that_was_not_stored_because_its_id_was_taken_gets_no_inspection(linewatch: Linewatch) -> None:
    other = replace(UPLOAD, etag="another-content")
    assert "taken" in ask(linewatch, AtOnce(other, existed=True))
    assert linewatch.inspections.table.find(other.inspection_id, LIVE) is None


def test_without_a_model_the_answer_says_why_and_the_queue_has_the_image(linewatch: Linewatch) -> None:
    linewatch.models.registry = FakeModels({})
    assert "plates" in ask(linewatch, AtOnce(UPLOAD, existed=False))["pending"]
    assert linewatch.inspections.table.find(UPLOAD.inspection_id, LIVE) is None
