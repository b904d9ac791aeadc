"""A trial is a list for a person: it has every image, and what the person confirms can be imported."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.spots import Box
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DetectedVerdict
from chalicelib.reports.trial.page import page
from linewatch.operate.datasets.layouts import file_of
from linewatch.operate.datasets.manifests import uri_of
from linewatch.operate.trial import Subject, Tried, manifest_of, try_images
from linewatch.project import ROOT
from tests.operate.stage import Stage
from tests.pipeline.photographs import artifact, png

pytestmark = pytest.mark.training

GOOD = DetectedVerdict(anomalous=False, confidence=0.9)
BAD = DetectedVerdict(anomalous=True, confidence=0.4, worst_box=Box(24, 24, 29, 29), spot="centre, 24,24-29,29 px")
STRANGE = DetectedVerdict(anomalous=True, confidence=1.0, unfamiliar="the image is dark")
SCRIPT = ROOT / "chalicelib" / "reports" / "trial" / "templates" / "review.js"


def subjects(folder: Path, **contents: bytes) -> list[Subject]:
    for name, content in contents.items():
        (folder / f"{name}.png").write_bytes(content)
    paths = [folder / f"{name}.png" for name in contents]
    return [Subject(file_of(path), uri_of(path)) for path in paths]


def silent(tried: Iterable[Tried], _total: int) -> Iterable[Tried]:
    return tried


@pytest.fixture
def tried(tmp_path: Path) -> list[Tried]:
    """A good, a bad, a strange and a broken image."""
    said = {png(1): GOOD, png(2, damaged=True): BAD, png(3): STRANGE}

    def detect(content: bytes) -> DetectedVerdict:
        if content not in said:
            raise UnprocessableImage("the image is truncated")
        return said[content]

    contents = dict(zip(("good", "bad", "strange"), said, strict=True))
    return list(try_images(subjects(tmp_path, broken=png(4)[:200], **contents), detect, silent))


def test_a_bad_image_has_its_reason_and_stops_no_other(tried: list[Tried]) -> None:
    assert [each.verdict_name for each in tried] == ["rejected", "normal", "anomalous", "unfamiliar"]
    assert tried[0].remark == "the image is truncated"
    assert [each.remark for each in tried[1:]] == ["", "centre, 24,24-29,29 px", "the image is dark"]


def test_a_file_that_is_gone_stops_no_other(tmp_path: Path) -> None:
    both = subjects(tmp_path, gone=png(1), there=png(2))
    (tmp_path / "gone.png").unlink()
    gone, there = try_images(both, lambda _: GOOD, silent)
    assert (gone.verdict, gone.reason) == (None, "No such file or directory")
    assert there.verdict == GOOD


def test_too_many_images_at_once_are_tried_again(tmp_path: Path) -> None:
    faults: list[Exception] = [Throttled("wait"), Throttled("wait")]

    def busy(_content: bytes) -> DetectedVerdict:
        if faults:
            raise faults.pop()
        return GOOD

    [only] = try_images(subjects(tmp_path, a=png(1)), busy, silent)
    assert only.verdict == GOOD


def test_the_manifest_has_labels_that_say_they_are_a_version_s_and_none_for_an_unfamiliar_image(
    tried: list[Tried],
) -> None:
    good, bad, strange = (json.loads(line) for line in manifest_of(tried, utc_now()).splitlines())
    for line, label, confidence in ((good, "normal", 0.9), (bad, "anomaly", 0.4)):
        metadata = line["anomaly-label-metadata"]
        assert (metadata["class-name"], metadata["confidence"], metadata["human-annotated"]) == (
            label,
            confidence,
            "no",
        )
    assert set(strange) == {"source-ref"}


def test_a_corrected_manifest_of_local_files_can_be_imported(stage: Stage, tried: list[Tried], tmp_path: Path) -> None:
    stage.run("project", "create", "plates")
    corrected = manifest_of(tried, utc_now()).replace(b'"class-name": "anomaly"', b'"class-name": "normal"')
    (tmp_path / "corrected.manifest").write_bytes(corrected)
    [row] = stage.json("dataset", "import", "plates", str(tmp_path / "corrected.manifest"))
    assert (row["images"], row["normal"], row["anomaly"], row["unlabelled"]) == (3, 2, 0, 1)


def test_a_manifest_in_s3_names_no_file_of_this_computer(stage: Stage, tmp_path: Path) -> None:
    stage.run("project", "create", "plates")
    [line] = [Tried(each, GOOD).line(utc_now()) for each in subjects(tmp_path, private=png(1))]
    stage.s3.put_object(Bucket="linewatch-test-123456789012", Key="a.manifest", Body=json.dumps(line).encode())
    result = stage.tried("dataset", "import", "plates", "s3://linewatch-test-123456789012/a.manifest")
    assert result.exit_code == 2
    assert "line 1: source-ref: must be the S3 URI" in result.stderr


def test_the_page_shows_the_least_sure_first_and_what_was_not_inspected(tried: list[Tried]) -> None:
    html = page("plates", "3", [each.card(utc_now()) for each in tried]).decode()
    places = [html.index(f"{name}.png<br>") for name in ("strange", "bad", "good")]
    assert places == sorted(places)
    assert html.count("data:image/jpeg;base64,") == 3
    assert "broken.png: the image is truncated" in html


def test_a_name_cannot_become_a_part_of_the_page() -> None:
    evil = "</script><script>alert(1)</script>"
    [card] = [Tried(Subject(file_of(Path(evil)), f"file:///{evil}"), GOOD, "data:,").card(utc_now())]
    assert "<script>alert" not in page("plates", "3", [card]).decode()


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_page_saves_what_a_person_reviewed(tried: list[Tried]) -> None:
    lines = [line for each in tried if (line := each.line(utc_now()))]
    answers = {"0": "anomaly", "2": "normal"}
    browser = f"""
      const answers = {json.dumps(answers)}, elements = {{lines: {{textContent: {json.dumps(json.dumps(lines))}}}}};
      const element = (id) => elements[id] ??= {{addEventListener: () => 0}};
      const checked = (css) => ((label) => label && {{value: label}})(answers[css.match(/image-(\\d+)/)[1]]);
      globalThis.document = {{getElementById: element, querySelector: checked, addEventListener: () => 0}};
    """
    script = f"{browser}{SCRIPT.read_text()};console.log(JSON.stringify([reviewed(), elements.count.textContent]))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    (good, strange), count = json.loads(done.stdout)
    assert count == "2 of 3 images are reviewed"
    for line, label, number in ((good, "anomaly", 1), (strange, "normal", 0)):
        metadata = line["anomaly-label-metadata"]
        assert (line["anomaly-label"], metadata["class-name"], metadata["human-annotated"]) == (number, label, "yes")
    assert [each["source-ref"] for each in (good, strange)] == [lines[0]["source-ref"], lines[2]["source-ref"]]


def test_without_an_answer_of_the_function_the_list_is_written_all_the_same(stage: Stage, tmp_path: Path) -> None:
    """The stage of this test has no functions."""
    model, out = tmp_path / "model", str(tmp_path / "out")
    model.write_bytes(artifact())
    (tmp_path / "parts").mkdir()
    subjects(tmp_path / "parts", a=png(1))
    stage.run("project", "create", "plates")
    stage.run("model", "import", "plates", str(model))
    stage.run("model", "start", "plates")
    result = stage.tried("model", "trial", "plates", str(tmp_path / "parts"), "--out", out, "--json")
    assert result.exit_code == 1
    [row] = json.loads(result.stdout)
    assert row["verdict"] == "rejected"
    assert "ResourceNotFoundException" in row["remark"]
    assert (tmp_path / "out" / "trial.manifest").read_bytes() == b""
    assert "1 of 1 images could not be inspected" in result.stderr


def test_a_project_without_a_hosted_version_says_what_to_do(stage: Stage, tmp_path: Path) -> None:
    stage.run("project", "create", "plates")
    subjects(tmp_path, a=png(1))
    result = stage.tried("model", "trial", "plates", str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "linewatch model start plates" in result.stderr


def test_a_prefix_without_images_is_named(stage: Stage, tmp_path: Path) -> None:
    stage.run("project", "create", "plates")
    result = stage.tried("model", "trial", "plates", "s3://linewatch-test-123456789012/none/", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "none/ has no images" in result.stderr
