"""A signed training is checked against its model and its images, wherever they are."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib.projects.domain import DatasetType, Evaluation, Location, ModelStatus, ModelVersion
from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.checks import Found
from linewatch.operate.sign_off.copies import Copies
from linewatch.operate.sign_off.model_identity import ModelIdentity
from linewatch.operate.sign_off.replay_training import replayed
from linewatch.operate.sign_off.training_body import TrainingFiles, training_body
from tests.pipeline.photographs import artifact, png
from tests.projects.workshop import a_line
from tests.support.fake_projects import FakeEntries

NOW = datetime(2026, 3, 14, tzinfo=UTC)
MODEL = ModelVersion(
    project="plates",
    version=1,
    status=ModelStatus.TRAINED,
    created_at=NOW,
    changed_at=NOW,
    output=Location(bucket="b", key="out/"),
    train="r1",
    test="r2",
    evaluation=Evaluation(
        precision=1.0, recall=1.0, f1=1.0, ended_at=NOW, manifest=Location(bucket="b", key="out/manifest.json")
    ),
)
LEARNED = {f"s3://b/train/{seed}.png": png(seed) for seed in range(3)}
TESTED = {f"s3://b/test/{seed}.png": png(seed, damaged=seed >= 203) for seed in range(200, 206)}
PICTURES = LEARNED | TESTED


def label_of(source: str) -> str:
    return "anomaly" if source >= "s3://b/test/203" and "/test/" in source else "normal"


def evaluated(source: str) -> str:
    """The line that a training wrote: the model finds what is damaged."""
    said = {"class-name": label_of(source), "confidence": 0.91}
    return json.dumps(
        json.loads(a_line(source, label_of(source))) | {"check-detected": 1, "check-detected-metadata": said}
    )


def body_of(model: ModelVersion = MODEL, pictures: dict[str, bytes] = PICTURES) -> dict[str, Any]:
    entries = FakeEntries()
    entries.write("plates", DatasetType.TRAIN, "r1", [a_line(each, "normal") for each in LEARNED])
    entries.write("plates", DatasetType.TEST, "r2", [a_line(each, label_of(each)) for each in TESTED])
    tested = TESTED if model.test else LEARNED
    manifest = "".join(f"{evaluated(each)}\n" for each in tested).encode()
    identity = ModelIdentity(lambda _project, _version: artifact())
    return training_body(model, TrainingFiles(entries, pictures.get, lambda _place: manifest, identity))


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    """The model and all images, under other names."""
    (tmp_path / "images").mkdir()
    for number, content in enumerate(PICTURES.values()):
        (tmp_path / "images" / f"copy-{number}").write_bytes(content)
    (tmp_path / "model").write_bytes(artifact())
    return Copies(tmp_path / "model", tmp_path / "images")


def found(body: dict[str, Any], copies: Copies) -> dict[str, Found]:
    return {each.what: each.found for each in replayed(body, copies.at_hand())}


def test_the_body_has_the_model_each_image_and_exact_intervals() -> None:
    body = body_of()
    assert body["model"]["sha256"] == sha256(artifact()).hexdigest()
    assert len(body["images"]) == 9
    first = body["images"][3]
    assert (first["source"], first["label"], first["verdict"], first["confidence"]) == (
        "s3://b/test/200.png",
        "normal",
        "normal",
        "0.910000",
    )
    assert first["sha256"] == sha256(TESTED["s3://b/test/200.png"]).hexdigest()
    assert body["images"][0]["verdict"] is None
    figures = body["figures"]
    assert (figures["escapes"]["count"], figures["escapes"]["of"], figures["escapes"]["to"]) == (0, 3, "0.707598")


def test_everything_at_hand_is_right(copies: Copies) -> None:
    assert found(body_of(), copies) == dict.fromkeys(("model", "images", "verdicts"), Found.RIGHT)


def test_images_of_every_format_that_a_training_reads_are_judged_again(copies: Copies) -> None:
    def tiff(content: bytes) -> bytes:
        written = BytesIO()
        Image.open(BytesIO(content)).save(written, "TIFF")
        return written.getvalue()

    scans = LEARNED | {source: tiff(content) for source, content in TESTED.items()}
    at_hand = replace(copies.at_hand(), image=lambda source, _digest: scans[source])
    checks = {each.what: each.found for each in replayed(body_of(pictures=scans), at_hand)}
    assert checks == dict.fromkeys(("model", "images", "verdicts"), Found.RIGHT)


def test_a_verdict_that_the_model_does_not_give_is_found(copies: Copies) -> None:
    body = body_of()
    body["images"][3]["verdict"] = "anomalous"
    assert found(body, copies)["verdicts"] is Found.WRONG


def test_another_model_is_found_and_judges_nothing(copies: Copies) -> None:
    assert copies.model is not None
    copies.model.write_bytes(artifact()[:-1])
    assert found(body_of(), copies) == {
        "model": Found.WRONG,
        "images": Found.RIGHT,
        "verdicts": Found.NOT_CHECKED,
    }


def test_an_image_that_was_replaced_in_the_bucket_is_found(copies: Copies) -> None:
    body = body_of()
    other = replace(copies.at_hand(), image=lambda _source, _digest: b"another")
    assert {each.what: each.found for each in replayed(body, other)}["images"] is Found.WRONG


def test_without_images_or_model_nothing_is_claimed(copies: Copies) -> None:
    nothing = Copies(None, None)
    assert set(found(body_of(), nothing).values()) == {Found.NOT_CHECKED}
    gone = body_of(pictures={})
    assert found(gone, copies)["images"] is Found.NOT_CHECKED


def test_verdicts_on_training_images_are_not_given_again(copies: Copies) -> None:
    """They were given by models that had not learned from the image, and those are not kept."""
    checks = found(body_of(replace(MODEL, test=None)), copies)
    assert (checks["images"], checks["verdicts"]) == (Found.RIGHT, Found.NOT_CHECKED)


def test_an_imported_version_has_nothing_to_sign() -> None:
    with pytest.raises(UsageProblem, match="no evaluation"):
        body_of(replace(MODEL, evaluation=None))
