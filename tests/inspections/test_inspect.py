"""The inspection of an uploaded image."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.errors import NoModel
from chalicelib.core.image import LARGEST_BYTES, UploadedImage
from chalicelib.core.inspection import LIVE, Verdict
from chalicelib.inspections.inspect import inspect_image
from chalicelib.inspections.ports import Commit, StoredImage
from tests.support.builders import JPEG, NOON, FakeClock, an_upload
from tests.support.fake_inspections import FakeImages, FakeInspections
from tests.support.fake_models import FakeModel, FakeModels

METADATA = {"captured-at": "2026-03-14T13:00:00+02:00", "correlation-id": "c1", "facility": "north"}


class World:
    """A bucket with one image, a model and an empty table."""

    def __init__(self, content: bytes = JPEG, content_type: str = "image/jpeg") -> None:
        self.upload = an_upload()
        self.images = FakeImages({(self.upload.key, "e1"): StoredImage(content, content_type, METADATA)})
        self.models = FakeModels()
        self.inspections = FakeInspections()

    def inspect(self, upload: UploadedImage | None = None) -> Commit:
        return inspect_image(
            upload or self.upload,
            images=self.images,
            models=self.models,
            inspections=self.inspections,
            clock=FakeClock(),
        )

    def reason(self, upload: UploadedImage | None = None) -> str:
        inspection = self.inspect(upload).inspection
        assert inspection.verdict is Verdict.REJECTED
        assert self.inspections.find(inspection.inspection_id, LIVE) == inspection
        return inspection.reason or ""


def test_an_image_is_inspected_and_its_inspection_is_stored() -> None:
    world = World()
    commit = world.inspect()
    inspection = commit.inspection
    assert commit.stored
    assert world.inspections.find(world.upload.inspection_id, LIVE) == inspection
    assert (inspection.verdict, inspection.revision) == (Verdict.NORMAL, 1)
    assert inspection.confidence == pytest.approx(0.8, abs=1e-7)
    assert (inspection.project, inspection.line, inspection.camera) == ("plates", "line-1", "cam-1")


def test_an_inspection_says_where_the_image_is_unusual() -> None:
    inspection = World().inspect().inspection
    assert (inspection.worst_box, inspection.boxes) == ((2, 3, 18, 15), ((2, 3, 18, 15),))
    assert (inspection.area_fraction, inspection.features) == (0.0625, "filters")
    assert (inspection.brightness, inspection.sharpness, inspection.training_distance) == (120.5, 0.31, 0.62)
    assert (inspection.centre_x, inspection.centre_y) == (0.5, 0.48)
    assert inspection.anomaly_map is not None
    assert AnomalyMap.from_text(inspection.anomaly_map).levels[0] == 200


@pytest.mark.parametrize("probability", [0.001, 0.999])
def test_an_unfamiliar_image_is_neither_normal_nor_anomalous(probability: float) -> None:
    world = World()
    world.models.models["plates"] = FakeModel(probability, unfamiliar="unlike anything in training: it is black")
    inspection = world.inspect().inspection
    assert (inspection.verdict, inspection.revision) == (Verdict.UNFAMILIAR, 1)
    assert inspection.reason == "unlike anything in training: it is black"
    assert (inspection.anomaly_probability, inspection.model_version) == (probability, "1")
    assert inspection.confidence is None


def test_the_metadata_of_the_camera_is_stored() -> None:
    inspection = World().inspect().inspection
    assert inspection.captured_at == datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
    assert (inspection.correlation_id, inspection.facility) == ("c1", "north")


def test_an_object_without_metadata_has_its_upload_time_as_time_of_capture() -> None:
    world = World()
    world.images.stored = {(world.upload.key, "e1"): StoredImage(JPEG, "image/jpeg", {})}
    inspection = world.inspect().inspection
    assert (inspection.verdict, inspection.captured_at) == (Verdict.NORMAL, NOON)
    assert inspection.correlation_id == inspection.inspection_id


def test_an_image_that_is_delivered_again_is_recorded_once() -> None:
    world = World()
    world.inspect()
    world.models.models["plates"] = FakeModel(anomaly_probability=0.9)
    assert not world.inspect().stored
    assert [change.verdict for change in world.inspections.changes] == [Verdict.NORMAL]


def test_a_failed_inspection_is_replaced_by_a_verdict() -> None:
    world = World()
    inspection = world.inspect().inspection
    failed = replace(inspection, verdict=Verdict.FAILED, revision=0)
    world.inspections.items[inspection.inspection_id, LIVE] = failed
    assert world.inspect().stored
    assert world.inspections.find(inspection.inspection_id, LIVE) == inspection


def test_a_deleted_object_is_rejected_as_gone() -> None:
    assert World().reason(an_upload(etag="e2")) == "object is gone"


def test_an_empty_or_too_large_object_is_rejected_without_reading_it() -> None:
    world = World()
    world.images.stored.clear()
    assert world.reason(an_upload(size_bytes=0)) == "the object is empty"
    assert world.inspect(an_upload(size_bytes=0)).inspection.revision == 1
    assert "bytes" in world.reason(an_upload(size_bytes=LARGEST_BYTES + 1, etag="e9"))


def test_an_object_of_the_largest_size_is_inspected() -> None:
    world = World()
    assert world.inspect(an_upload(size_bytes=LARGEST_BYTES)).inspection.verdict is Verdict.NORMAL


@pytest.mark.parametrize(
    "key",
    [
        "images/a b/line/cam/2026-03-14/x",
        "images/plates/línea/cam/2026-03-14/x",
        "images/plates/line-1/cam-1/2026-03-14/%2Fx",
        "images/plates/line-1/../2026-03-14/x",
        "images/plates/line-1/cam-1/yesterday/x",
        "images/plates/line-1/cam-1/20260314/x",
        "images/x",
    ],
)
def test_a_key_that_does_not_name_an_image_is_rejected_with_the_expected_form(key: str) -> None:
    assert "images/<project>/<line>/<camera>/<date>/<image id>" in World().reason(an_upload(key))


def test_other_content_than_a_jpeg_or_png_is_rejected() -> None:
    assert World(b"%PDF-1.7").reason() == "the object is neither a JPEG nor a PNG image"


def test_content_of_another_type_than_was_signed_is_rejected() -> None:
    reason = World(JPEG, "image/png").reason()
    assert reason == "the object was uploaded as image/png but is image/jpeg"


def test_an_undecodable_image_is_rejected_with_its_reason() -> None:
    assert World(JPEG + b"broken").reason() == "the image is truncated"


def test_a_project_without_a_model_gets_no_verdict() -> None:
    world = World()
    world.models.models.clear()
    with pytest.raises(NoModel, match="train one and start it"):
        world.inspect()
    assert not world.inspections.items


def test_an_error_of_the_model_is_raised_for_another_attempt() -> None:
    world = World()
    world.models.models["plates"] = FakeModel(fault=MemoryError("out of memory"))
    with pytest.raises(MemoryError):
        world.inspect()
    assert not world.inspections.items
