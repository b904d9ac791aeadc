"""Two people review a deployed line: their answers reach the lake, and a redrive keeps those of a failed image."""

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.capture import Capture
from chalicelib.core.clock import utc_now
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Verdict
from tests.conftest import MakeKey
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, Sent, until

pytestmark = pytest.mark.emulator

LINE = "line-reviewed"


def answered(plant: Plant, image: Sent, token: str, status: int = 200, **said: object) -> dict[str, object]:
    answer = plant.ask("POST", f"/inspections/{image.inspection_id}/review", token=token, json=said)
    assert answer.status_code == status, answer.text
    body: dict[str, object] = answer.json()
    return body


def row_of(plant: Plant, image: Sent, revision: int) -> tuple[object, ...] | None:
    """The inspection's row of this revision in the lake, once it is there."""
    sql = "SELECT verdict, review_label, review_kind, reviewed_by FROM current WHERE inspection_id = ? AND revision = ?"
    with plant.lake() as lake:
        found: tuple[object, ...] | None = lake.execute(sql, [image.inspection_id, revision]).fetchone()
    return found


def test_the_answers_of_two_people_are_kept_and_the_last_is_in_the_lake(plant: Plant, make_key: MakeKey) -> None:
    [image] = plant.send([a_photograph()], LINE)
    seen = plant.verdict(image.inspection_id).revision
    ann, bob, viewer = (make_key(role, PROJECT) for role in (Role.OPERATOR, Role.ADMIN, Role.VIEWER))
    answered(plant, image, viewer, 403, verdict="normal", revision=seen)
    answered(plant, image, ann, verdict="anomalous", kind="scratch", revision=seen)
    refused = answered(plant, image, bob, 409, verdict="normal", revision=seen)
    assert refused["revision"] == seen + 1
    answered(plant, image, bob, verdict="normal", revision=seen + 1)
    shown = plant.ask("GET", f"/inspections/{image.inspection_id}/review", token=viewer).json()
    assert [each["kind"] for each in shown["answers"]] == ["scratch", None]
    [listed] = plant.ask("GET", "/reviews", token=viewer, params={"line": LINE}).json()["reviews"]
    assert (listed["key"], listed["verdict"]) == (image.key, "normal")
    row = until(lambda: row_of(plant, image, seen + 2), "the reviewed row")
    assert row[1:] == ("normal", None, bob.split("_")[1])


def test_a_reviewed_failed_image_keeps_its_review_when_it_is_redriven(plant: Plant, make_key: MakeKey) -> None:
    with plant.waiting():
        [image] = plant.send([a_photograph()], LINE)
        uploaded = UploadedImage(plant.stack.bucket, image.key, _etag(plant, image), 1, utc_now())
        failed = Inspection.failed(Capture.of(uploaded), "timed out", original_message="{}", at=utc_now())
        plant.linewatch.inspections.table.commit(failed)
        answered(plant, image, make_key(Role.OPERATOR, PROJECT), verdict="anomalous", kind="dent", revision=0)
    verdict = until(lambda: _decided(plant, image), "the verdict")
    assert (verdict.revision, verdict.review_kind, len(verdict.answers)) == (2, "dent", 1)
    assert until(lambda: row_of(plant, image, 2), "the row")[1:3] == ("anomalous", "dent")


def _etag(plant: Plant, image: Sent) -> str:
    head = plant.stack.client("s3").head_object(Bucket=plant.stack.bucket, Key=image.key)
    return str(head["ETag"]).strip('"')


def _decided(plant: Plant, image: Sent) -> Inspection | None:
    found = plant.find(image.inspection_id)
    return None if found is None or found.verdict is Verdict.FAILED else found
