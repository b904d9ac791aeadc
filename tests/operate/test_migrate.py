"""What a customer of Amazon Lookout for Vision kept becomes a hosted model with one command."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.projects.training import begin_training, end_training, fail_training
from tests.operate.stage import BUCKET, Stage
from tests.pipeline.photographs import artifact, png
from tests.projects.world import GOOD

pytestmark = pytest.mark.training


@contextmanager
def a_worker(stage: Stage, reason: str = "") -> Iterator[None]:
    """Trains version 1 of `plates` when it is there; with a reason it fails."""
    projects, over = stage.linewatch.projects, Event()

    def work() -> None:
        while not over.wait(0.1) and not begin_training("plates", 1, "w", registry=projects.registry, clock=utc_now):
            pass
        if reason:
            fail_training("plates", 1, "w", reason, registry=projects.registry, clock=utc_now)
        else:
            projects.files.put("plates", 1, artifact())
            end_training("plates", 1, "w", GOOD, registry=projects.registry, clock=utc_now)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def manifest(stage: Stage, folder: Path) -> str:
    """A manifest as Lookout for Vision exported it, of images in a bucket."""
    lines = []
    for seed in range(30):
        label = "anomaly" if seed >= 20 else "normal"
        stage.s3.put_object(Bucket=BUCKET, Key=f"old/{seed}.png", Body=png(seed, damaged=seed >= 20))
        content = {"source-ref": f"s3://{BUCKET}/old/{seed}.png", "anomaly-label": 0}
        lines.append(json.dumps({**content, "anomaly-label-metadata": {"class-name": label}}))
    (folder / "train.manifest").write_text("\n".join(lines))
    return str(folder / "train.manifest")


def test_a_manifest_becomes_a_hosted_project(stage: Stage, tmp_path: Path) -> None:
    source = manifest(stage, tmp_path)
    with a_worker(stage):
        result = stage.run("migrate", source, "--project", "plates", "--json")
    [version] = json.loads(result.stdout)
    assert (version["version"], version["precision"]) == (1, 0.9)
    assert 'boto3.client("lookoutvision", endpoint_url="URL")' in result.stderr
    assert stage.json("project", "show", "plates")[0]["live"] == 1


def test_a_training_that_fails_says_why(stage: Stage, tmp_path: Path) -> None:
    source = manifest(stage, tmp_path)
    with a_worker(stage, "the images are too dark"):
        result = stage.tried("migrate", source, "--project", "plates")
    assert result.exit_code == 1
    assert "the images are too dark" in result.stderr


def test_train_and_test_are_two_sources(stage: Stage, tmp_path: Path) -> None:
    for part, label, count in (("a", "normal", 2), ("b", "normal", 1), ("b", "anomaly", 1)):
        (tmp_path / part / label).mkdir(parents=True)
        for seed in range(count):
            (tmp_path / part / label / f"{seed}.png").write_bytes(
                png(seed + 10 * len(label), damaged=label == "anomaly")
            )
    parts = (str(tmp_path / "a"), "--test", str(tmp_path / "b"))
    result = stage.tried("migrate", *parts, "--project", "plates")
    assert result.exit_code == 1
    assert "too few labelled images" in result.stderr
    assert [row["images"] for row in stage.json("dataset", "list", "plates")] == [2, 2]
