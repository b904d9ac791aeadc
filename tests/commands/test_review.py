"""`linewatch review`, as an operator runs it against a stage (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from getpass import getuser
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection, Verdict
from tests.operate.stage import BUCKET, Stage, a_stage
from tests.support.builders import JPEG, an_inspection


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        made.run("project", "create", "plates")
        yield made


def stored(stage: Stage, name: str, **changes: object) -> Inspection:
    given: dict[str, Any] = {"captured_at": utc_now() - timedelta(hours=1), "bucket": BUCKET} | changes
    inspection = an_inspection(name, **given)
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


def test_a_rejected_or_deleted_image_is_refused_with_the_reason_and_not_with_another_command(stage: Stage) -> None:
    rejected = stored(stage, "r", verdict=Verdict.REJECTED, reason="it is no image", confidence=None)
    deleted = stored(stage, "d")
    stage.s3.delete_object(Bucket=BUCKET, Key=deleted.key)
    for inspection, why in ((rejected, "the image was rejected"), (deleted, "the image was deleted or replaced")):
        refused = stage.tried("review", "confirm", inspection.inspection_id)
        assert (refused.exit_code, why in refused.output) == (1, True)


@pytest.mark.parametrize("words", [("list",), ("list", "--reviewed"), ("plan",), ("escapes",), ("agreement",)])
def test_a_project_that_does_not_exist_is_no_good_news(stage: Stage, words: tuple[str, ...]) -> None:
    refused = stage.tried("review", *words, "plate")
    assert (refused.exit_code, "there is no project plate" in refused.output) == (1, True)
    assert stage.run("review", words[0], "plates", *words[1:]).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "plates", "--since", "2020-01-01"), "--since is more than 366 days before the end"),
        (("escapes", "plates", "--since", "2026-03-02", "--until", "2026-03-01"), "--since is later than the end"),
        (("list", "plates", "--line", "a/b"), "line: must be 1 to 64 of"),
    ],
)
def test_a_wrong_option_is_named_as_people_type_it(stage: Stage, words: tuple[str, ...], said: str) -> None:
    refused = stage.tried("review", *words)
    assert (refused.exit_code, said in refused.output) == (2, True)


def test_the_sample_is_set_and_says_what_it_shows_and_people_agree(stage: Stage) -> None:
    at = utc_now().replace(hour=12) - timedelta(days=2)
    part = stored(stage, "p", captured_at=at, inspected_at=at, model_version="7")
    shown = stage.run("review", "plan", "plates", "--parts", "5", "--two-people").stdout
    assert "each shift asks for 5 random passed parts; two people must say the same" in shown
    assert "0 of 1 looked at, 0 escapes" in shown
    assert [row["because"] for row in stage.json("review", "list", "plates")] == ["sample"]
    refused = stage.run("review", "confirm", part.inspection_id).stderr
    assert "it counts when another person says the same" in refused
    assert "nothing waits for your answer" in stage.run("review", "list", "plates").stderr
    assert "no part of the sample is reviewed" in stage.run("review", "escapes", "plates").stdout
    assert "no two people" in stage.run("review", "agreement", "plates").stdout
    assert "; one answer counts" in stage.run("review", "plan", "plates", "--one-person").stdout
    stage.run("review", "correct", part.inspection_id)
    [found] = stage.json("review", "escapes", "plates")
    assert (found["reviewed"], found["escapes"], found["versions"][0]["model_version"]) == (1, 1, "7")
    [plan] = stage.json("review", "plan", "plates", "--off", "--since", at.date().isoformat())
    assert (plan["on"], plan["parts"], plan["shifts"]) == (False, 5, [])
    assert stage.json("review", "agreement", "plates", "--until", at.date().isoformat()) == []
    assert stage.tried("review", "plan", "plates", "--parts", "51").exit_code == 2
