"""A worker trains a version: what is stored, what ends in TRAINING_FAILED, and workers that die."""

import json

import pytest

from chalicelib.projects.domain import Location, MaskClass, ModelStatus
from chalicelib.projects.errors import Conflict
from chalicelib.projects.training import LEASE, LONGEST_WAIT, fail_overdue_trainings, renew_lease
from tests.projects.mortal import deaths, overtaken
from tests.projects.workshop import FOLDER, Bench, a_bench, a_line, failed_with
from tests.support.builders import NOON


def sweep(bench: Bench) -> None:
    fail_overdue_trainings(registry=bench.world.registry, clock=bench.world.clock)


def test_a_trained_version_has_its_file_and_its_figures() -> None:
    bench = a_bench()
    assert bench.train() is ModelStatus.TRAINED
    evaluation = bench.model.evaluation
    assert evaluation is not None
    assert (evaluation.precision, evaluation.recall, evaluation.f1) == (0.5, 0.25, 0.125)
    assert evaluation.manifest == Location(bucket="results", key="evaluation/EvaluationManifest-plates-1.json")
    assert len(bench.world.files.stored["plates", 1].splitlines()) == 30
    assert bench.outputs.stored["evaluation/TrainingReport-plates-1.html"] == b"<html>"
    assert bench.model.status_message == ""


def test_the_evaluation_manifest_has_each_entry_with_its_verdict() -> None:
    bench = a_bench(test=(10, 11))
    bench.train()
    lines = bench.outputs.stored["evaluation/EvaluationManifest-plates-1.json"].splitlines()
    assert len(lines) == 21
    assert json.loads(lines[-1]) == {
        **json.loads(a_line(f"{FOLDER}/test/20.png", "anomaly")),
        "check-detected": 1,
        "check-detected-metadata": {
            "class-name": "anomaly",
            "confidence": 0.5,
            "human-annotated": "no",
            "type": "groundtruth/image-classification",
        },
    }


def test_the_evaluation_result_agrees_with_the_performance() -> None:
    bench = a_bench(test=(10, 11))
    bench.train()
    result = json.loads(bench.outputs.stored["evaluation/EvaluationResult-plates-1.json"])
    assert result["EvaluationDetails"] == {
        "ModelArn": "arn:aws:lookoutvision:eu-west-1:1:model/plates/1",
        "EvaluationEndTimestamp": NOON.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "NumberOfTrainingImages": 30,
        "NumberOfTestingImages": 21,
    }
    assert result["AggregatedEvaluationResults"]["Metrics"] == {
        "ROCAUC": 1.0,
        "AveragePrecision": 0.75,
        "Precision": 0.5,
        "Recall": 0.25,
        "F1Score": 0.125,
    }


def test_a_version_knows_the_class_of_the_masks_that_it_learned_from() -> None:
    plain, masked = a_bench(), a_bench(masks=True)
    assert plain.train() is masked.train() is ModelStatus.TRAINED
    assert plain.model.masks is None
    assert masked.model.masks == MaskClass(name="scratch", colour="#2ca02c")


def test_the_masks_of_anomalies_are_copied_and_a_bad_one_leaves_out_nothing_else() -> None:
    bench = a_bench(masks=True)
    del bench.images.stored[f"{FOLDER}/train/29-mask.png"]
    assert bench.train() is ModelStatus.TRAINED
    assert len([each for each in bench.trainer.learned if each.mask is not None]) == 9
    assert len(bench.trainer.learned) == 30
    assert f"{FOLDER}/train/29-mask.png: the mask is not used: it cannot be read" in bench.model.status_message


def test_what_would_not_end_in_time_is_refused_with_an_estimate_before_training() -> None:
    bench = a_bench()
    bench.trainer.megapixels_each = 500
    message = failed_with(bench)
    assert "would take about 25 minutes" in message
    assert "`linewatch model train plates --here`" in message
    assert bench.trainer.trainings == 0


def test_a_training_that_time_runs_out_for_has_failed_and_says_so() -> None:
    bench = a_bench()
    bench.trainer.works = [lambda: None]
    left = iter([900.0] * 62)
    assert bench.train(seconds_left=lambda: next(left, 10.0)) is ModelStatus.TRAINING_FAILED
    assert "when its 15 minutes ended" in bench.model.status_message


def test_an_error_of_aws_lets_another_worker_train() -> None:
    bench = a_bench()
    bench.images.down = True
    with pytest.raises(OSError, match="S3 is down"):
        bench.train("w1")
    assert bench.model.lease is None
    bench.images.down = False
    assert bench.train("w2") is ModelStatus.TRAINED


def test_an_error_at_the_last_delivery_fails_the_version() -> None:
    bench = a_bench()
    bench.images.down = True
    with pytest.raises(OSError, match="S3 is down"):
        bench.train(last=True)
    assert bench.model.status is ModelStatus.TRAINING_FAILED
    assert "OSError: S3 is down" in bench.model.status_message


def test_two_deliveries_at_once_train_once() -> None:
    bench = a_bench()
    seen = []
    bench.trainer.works = [lambda: seen.append(bench.train("w2"))]
    assert bench.train("w1") is ModelStatus.TRAINED
    assert seen == [None]
    assert bench.trainer.trainings == 1
    assert bench.train("w3") is None


def test_a_worker_that_lost_its_lease_changes_nothing() -> None:
    """It was silent for too long, as on a machine that stood still."""
    bench = a_bench()

    def stand_still() -> None:
        bench.world.clock.pass_by(LEASE.total_seconds() + 1)
        sweep(bench)

    bench.trainer.works = [stand_still]
    assert bench.train() is None
    assert bench.model.status is ModelStatus.TRAINING_FAILED
    assert ("plates", 1) not in bench.world.files.stored


def test_a_worker_that_stood_still_leaves_no_file_of_a_version_that_was_deleted() -> None:
    bench = a_bench()

    def stand_still() -> None:
        bench.world.clock.pass_by(LEASE.total_seconds() + 1)
        sweep(bench)
        bench.world.delete_model()

    bench.world.files = overtaken(files := bench.world.files, "put", stand_still)
    assert bench.train() is None
    assert not bench.world.record.models
    assert not files.stored


def test_a_data_set_or_version_in_training_cannot_be_deleted_and_the_training_ends_well() -> None:
    bench = a_bench()

    def delete() -> None:
        for work in (bench.world.delete_dataset, bench.world.delete_model, bench.world.delete_project):
            with pytest.raises(Conflict):
                work()

    bench.trainer.works = [delete]
    assert bench.train() is ModelStatus.TRAINED


def test_the_worker_says_how_far_it_is() -> None:
    bench = a_bench()
    progress = []

    def look() -> None:
        assert bench.model.lease is not None
        progress.append(bench.model.lease.progress)
        assert renew_lease("plates", 1, "w1", 0.5, registry=bench.world.registry, clock=bench.world.clock)

    bench.trainer.works = [look]
    bench.train()
    assert progress == [0.2]


def test_a_worker_may_die_after_any_call_and_the_version_ends_with_a_cause_or_is_trained_once() -> None:
    ends = set()
    for death in deaths():
        bench = a_bench()
        bench.dies(death)
        for worker in ("w2", "w3"):
            bench.train(worker)
        bench.world.clock.pass_by(LONGEST_WAIT.total_seconds() + 1)
        sweep(bench)
        status = bench.model.status
        ends.add(status)
        assert status in {ModelStatus.TRAINED, ModelStatus.TRAINING_FAILED}
        assert (status is ModelStatus.TRAINED) <= (("plates", 1) in bench.world.files.stored)
        assert (status is ModelStatus.TRAINED) != bool(bench.model.status_message)
        assert bench.trainer.trainings <= 1
        assert bench.world.create_model().version == 2
    assert ends == {ModelStatus.TRAINED, ModelStatus.TRAINING_FAILED}
