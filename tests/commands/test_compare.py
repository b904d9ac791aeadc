"""`linewatch model compare`, `promote`, `rollback` and `retrain`, as an operator runs them against a stage (moto)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection
from chalicelib.core.verdict import Verdict
from chalicelib.inspections.ports import InspectionQuery
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Evaluation, Location
from chalicelib.projects.training import begin_training, end_training
from chalicelib.promotion.domain import Replay
from linewatch.operate.operator import operator_grant
from tests.operate.stage import BUCKET, Stage, a_stage
from tests.pipeline.photographs import artifact, png
from tests.projects.world import lines
from tests.support.builders import NOON, an_inspection


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Version 1 of plates is hosted, version 2 is trained; the line has inspected one good part."""
    model = tmp_path / "plates.safetensors"
    model.write_bytes(artifact())
    with a_stage() as made:
        made.run("project", "create", "plates")
        for _ in range(2):
            made.run("model", "import", "plates", str(model))
        made.run("model", "start", "plates", "1")
        key = "images/plates/line-1/cam-1/2026-03-14/a"
        etag = made.s3.put_object(Bucket=BUCKET, Key=key, Body=png(100))["ETag"].strip('"')
        found = an_inspection(
            key=key, bucket=BUCKET, etag=etag, captured_at=utc_now() - timedelta(hours=1), verdict=Verdict.ANOMALOUS
        )
        made.linewatch.inspections.table.commit(found)
        yield made


def replayed(stage: Stage, comparison_id: str) -> None:
    """What the stage's function does."""
    for part in (None, 0):
        stage.linewatch.promotion.replay(Replay(project="plates", comparison_id=comparison_id, part=part))


def test_a_version_is_estimated_compared_promoted_and_rolled_back(stage: Stage) -> None:
    estimate = stage.run("model", "compare", "plates", "2", "--estimate").stderr
    assert "images: 1, with a review: 0; about 1 min with 5 workers, 0.00 USD" in estimate
    plan = stage.json("model", "compare", "plates", "2", "--estimate")
    assert (plan["images"], plan["predictions"], plan["usd"] < 0.001) == (1, 1, True)
    assert stage.json("model", "comparisons", "plates") == []
    begun = stage.json("model", "compare", "plates", "2", "--no-wait")
    assert (begun["state"], begun["candidate"], begun["hosted"]) == ("waiting", 2, 1)
    replayed(stage, begun["comparison_id"])
    shown = stage.run("model", "comparisons", "plates", begun["comparison_id"]).stdout
    assert "0 parts would now be stopped, 1 would now pass" in shown
    assert "/a: anomalous before, normal now, review: none" in shown
    promoted = stage.json("model", "promote", "plates", "2")[0]
    assert (promoted["status"], promoted["replaces"], promoted["figures"]["images"]) == ("HOSTED", 1, 1)
    assert "version 1 of plates is live in the place of version 2" in stage.run("model", "rollback", "plates").stderr


def test_a_version_that_was_not_compared_is_promoted_only_unseen(stage: Stage) -> None:
    refused = stage.tried("model", "promote", "plates", "2")
    assert refused.exit_code == 1
    assert "version 2 was not compared with version 1" in refused.output
    stage.run("model", "promote", "plates", "2", "--unseen")


def test_the_policy_is_set_shown_and_ended_and_says_why_it_does_not_promote(stage: Stage) -> None:
    assert stage.json("model", "policy", "plates")[0]["promotes"] == "person"
    [policy] = stage.json("model", "policy", "plates", "--promotes", "policy", "--images", "1")
    assert (policy["images"], policy["bad_parts"]) == (1, 20)
    begun = stage.json("model", "compare", "plates", "2", "--proposes", "--no-wait")
    replayed(stage, begun["comparison_id"])
    shown = stage.run("model", "comparisons", "plates", begun["comparison_id"]).stdout
    assert "the policy did not promote it: 0 bad parts have a review that the version has not learned from" in shown
    assert stage.json("model", "policy", "plates", "--promotes", "person")[0]["promotes"] == "person"


def test_a_shadow_run_is_priced_started_shown_and_stopped(stage: Stage) -> None:
    estimate = stage.run("model", "shadow", "start", "plates", "2", "--images", "2000", "--estimate").stderr
    assert "at most 2000 images, 1 min of one core, 0.01 USD" in estimate
    assert stage.tried("model", "shadow", "show", "plates").exit_code == 1
    [started] = stage.json("model", "shadow", "start", "plates", "2", "--images", "2000")
    assert (started["run"], started["hosted"], started["state"]) == ("shadow#2", 1, "running")
    now = utc_now()
    query = InspectionQuery(project="plates", line="line-1", since=now - timedelta(days=1), until=now)
    [live] = stage.linewatch.inspections.table.of_line(query)
    assert isinstance(live, Inspection)
    stage.linewatch.shadow.batch().judge(live)
    shown = stage.run("model", "shadow", "show", "plates").stdout
    assert "1 of at most 2000 images" in shown
    assert "/a: anomalous on the line, normal in the shadow, review: none" in shown
    assert "has ended: operator stopped it" in stage.run("model", "shadow", "stop", "plates").stderr


def with_a_data_set(stage: Stage) -> None:
    """Twenty good parts and ten bad ones, of which only the labels count here."""
    manifest = Location(bucket=BUCKET, key="datasets/plates/first.manifest")
    stage.s3.put_object(Bucket=BUCKET, Key=manifest.key, Body=lines(20, 10, BUCKET))
    source = ManifestSource(manifest)
    stage.linewatch.projects.create_dataset("plates", DatasetType.TRAIN, source, operator_grant("plates"))


def test_a_corrected_verdict_is_learned_once_and_a_training_at_a_time(stage: Stage) -> None:
    with_a_data_set(stage)
    inspection_id = an_inspection().inspection_id
    stage.run("review", "correct", inspection_id)
    [taken] = stage.json("model", "retrain", "plates", "--preview")["taken"]
    assert (taken["inspection_id"], taken["label"]) == (inspection_id, "normal")
    retrained = stage.json("model", "retrain", "plates")
    assert (retrained["version"], retrained["status"], retrained["taken"]) == (3, "TRAINING", [taken])
    assert stage.json("model", "learned", "plates", "3")["taken"] == [taken]
    again = stage.tried("model", "retrain", "plates")
    assert (again.exit_code, "a project trains one version at a time" in again.output) == (1, True)
    registry, good = stage.linewatch.projects.registry, Evaluation(precision=1, recall=1, f1=1, ended_at=NOON)
    begin_training("plates", 3, "w1", registry=registry, clock=utc_now)
    end_training("plates", 3, "w1", good, registry=registry, clock=utc_now)
    nothing_new = stage.tried("model", "retrain", "plates")
    assert (nothing_new.exit_code, "there are no new labels since version 3" in nothing_new.output) == (1, True)


def test_a_project_without_a_data_set_cannot_be_retrained(stage: Stage) -> None:
    assert "has no train data set" in stage.tried("model", "retrain", "plates").output
    assert stage.json("model", "learned", "plates", "2") == {"taken": [], "contradictions": []}
