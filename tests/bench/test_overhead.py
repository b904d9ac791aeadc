"""The bench's events and ports are such as the real handlers take."""

from collections.abc import Sequence

import pytest

from chalicelib import triggers
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.events import AnyInspectionFact
from linewatch.bench.events import changes_event, messages_event, notification_of, result_of
from linewatch.bench.lake import Bucket
from linewatch.bench.logged import logged
from linewatch.bench.overhead import ARCHIVE, INSPECT, RELAY, images, inspections, milliseconds
from tests.deployment import ENVIRONMENT, forget_wiring


@pytest.fixture(autouse=True)
def _deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    forget_wiring()


def test_every_image_of_the_event_reaches_the_use_case_and_is_logged() -> None:
    seen: list[UploadedImage] = []

    def inspect(image: UploadedImage) -> tuple[Inspection, bool]:
        seen.append(image)
        return INSPECT(image)

    with logged() as log:
        triggers.inspect_images(messages_event([notification_of(image) for image in images(10)]), inspect)
    assert sorted(image.key for image in seen) == [image.key for image in images(10)]
    assert log.size > 10 * 100


def test_changes_and_results_become_facts() -> None:
    told: list[AnyInspectionFact] = []

    def archive(facts: Sequence[AnyInspectionFact]) -> list[Exception | None]:
        told.extend(facts)
        return ARCHIVE(facts)

    with logged():
        triggers.archive_results(messages_event([result_of(each) for each in inspections(3)]), archive)
        triggers.relay_changes(changes_event(inspections(3)), RELAY)
    assert told == RELAY(changes_event(inspections(3))["Records"])
    assert len(told) == 3


def test_a_median_is_of_as_many_rounds_as_asked_after_one_that_warms_up() -> None:
    called: list[int] = []
    assert milliseconds(called.append, 1, rounds=5) >= 0
    assert len(called) == 6


def test_the_bucket_in_memory_forgets_what_is_deleted() -> None:
    bucket = Bucket({"a": b"1", "b": b"2"})
    bucket.delete_objects(Bucket="lake", Delete={"Objects": [{"Key": "a"}]})
    assert bucket.files == {"b": b"2"}
