"""`linewatch review`, as an operator runs it against a stage (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from getpass import getuser

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection, Verdict
from tests.operate.stage import BUCKET, Stage, a_stage
from tests.support.builders import JPEG, an_inspection


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        yield made


def stored(stage: Stage, name: str, **changes: object) -> Inspection:
    inspection = an_inspection(name, bucket=BUCKET, captured_at=utc_now() - timedelta(hours=1), **changes)
    etag = stage.s3.put_object(Bucket=BUCKET, Key=inspection.key, Body=JPEG)["ETag"].strip('"')
    inspection = replace(inspection, etag=etag)
    stage.linewatch.inspections.table.commit(inspection)
    return inspection


def test_what_waits_is_listed_confirmed_and_corrected(stage: Stage) -> None:
    unsure = stored(stage, "u", confidence=0.1)
    strange = stored(stage, "s", verdict=Verdict.UNFAMILIAR, confidence=None)
    rows = stage.json("review", "list", "plates")
    assert [(row["inspection_id"], row["because"]) for row in rows] == [
        (strange.inspection_id, "unfamiliar"),
        (unsure.inspection_id, "uncertain"),
    ]
    [confirmed] = stage.json("review", "confirm", unsure.inspection_id, "--comment", "looked twice")
    assert [(each["verdict"], each["comment"]) for each in confirmed["answers"]] == [("normal", "looked twice")]
    assert confirmed["answers"][0]["reviewed_by"] == f"operator:{getuser()}"
    [corrected] = stage.json("review", "correct", unsure.inspection_id, "--kind", "dent", "--line-stopped")
    assert [(each["kind"], each["action"]) for each in corrected["answers"]] == [(None, None), ("dent", "line_stopped")]
    [undone] = stage.json("review", "undo", unsure.inspection_id)
    assert [each["withdrawn_at"] is None for each in undone["answers"]] == [True, False]
    stage.run("review", "correct", unsure.inspection_id, "--kind", "dent")
    [row] = stage.json("review", "list", "plates", "--reviewed")
    assert (row["machine_verdict"], row["verdict"], row["revision"]) == ("normal", "anomalous", 5)
    assert f"{strange.inspection_id}  unfamiliar  line-1/cam-1" in stage.run("review", "list", "plates").output
    assert "normal, is anomalous (dent)" in stage.run("review", "list", "plates", "--reviewed").output
    yesterday = (utc_now() - timedelta(days=2)).date().isoformat()
    assert stage.json("review", "list", "plates", "--until", yesterday) == []


def test_a_part_that_the_machine_said_nothing_of_needs_a_verdict(stage: Stage) -> None:
    strange = stored(stage, "s", verdict=Verdict.UNFAMILIAR, confidence=None).inspection_id
    for words in (("confirm", strange), ("correct", strange)):
        refused = stage.tried("review", *words)
        assert (refused.exit_code, "say what the part is" in refused.output) == (2, True)
    stage.run("review", "correct", strange, "--verdict", "normal")


def test_a_stale_revision_a_wrong_kind_and_an_unknown_inspection_are_refused(stage: Stage) -> None:
    normal = stored(stage, "a").inspection_id
    stage.run("review", "confirm", normal)
    stale = stage.tried("review", "correct", normal, "--revision", "1")
    assert (stale.exit_code, "has revision 2 now" in stale.output) == (1, True)
    wrong = stage.tried("review", "confirm", normal, "--kind", "dent")
    assert (wrong.exit_code, "a normal part has no defect" in wrong.output) == (2, True)
    assert stage.tried("review", "confirm", "unknown").exit_code == 1
