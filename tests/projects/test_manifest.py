"""Lines of a manifest."""

import json
from typing import Any

import pytest

from chalicelib.projects.manifest import line_of, parse
from chalicelib.projects.places import Places
from tests.projects.world import line

PLACES = Places("bucket", "plates")


def errors_of(text: str | bytes, places: Places | None = None) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    return [str(each) for each in parse(content.split(b"\n"), places)[1]]


def test_a_line_is_kept_as_it_is() -> None:
    [entry], errors = parse([line(1, "anomaly").encode()], PLACES)
    assert not errors
    assert (entry.source, entry.label, entry.label_name) == ("s3://bucket/images/plates/1.png", "anomaly", "check")
    assert line_of(entry) == line(1, "anomaly")


@pytest.mark.parametrize("name", ["scratch", "Normal", "", None, 1])
def test_another_class_is_no_label(name: object) -> None:
    content = json.dumps({"source-ref": "s3://b/1.png", "a": 0, "a-metadata": {"class-name": name}})
    [entry], _ = parse([content.encode()], None)
    assert entry.label is None


def test_the_class_name_decides_and_not_the_number() -> None:
    content = json.dumps({"source-ref": "s3://b/1.png", "a": 0, "a-metadata": {"class-name": "anomaly"}})
    assert parse([content.encode()], None)[0][0].label == "anomaly"


def test_the_mask_of_a_line_of_lookout_for_vision_has_another_name_than_the_label() -> None:
    content = {
        "source-ref": "s3://bucket/1.png",
        "anomaly-label": 1,
        "anomaly-label-metadata": {"class-name": "anomaly"},
        "anomaly-mask-ref": "s3://bucket/1-mask.png",
        "anomaly-mask-ref-metadata": {"internal-color-map": {}},
    }
    [entry], errors = parse([json.dumps(content).encode()], None)
    assert (entry.label, entry.label_name, entry.mask, errors) == (
        "anomaly",
        "anomaly-label",
        "s3://bucket/1-mask.png",
        [],
    )


def test_the_mask_of_a_segmentation_line_is_kept() -> None:
    mask = "s3://bucket/masks/1.png"
    more: dict[str, Any] = {"check-mask-ref": mask, "check-mask-ref-metadata": {"internal-color-map": {}}}
    [entry], _ = parse([line(1, "anomaly", **more).encode()], None)
    assert (entry.mask, entry.label) == (mask, "anomaly")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "line 1: is not JSON"),
        (b"\xff", "line 1: is not UTF-8"),
        ("[" * 8000, "line 1: is not JSON"),
        ("[1]", "line 1: is not a JSON object"),
        ("{}", "line 1: source-ref: must be the S3 URI"),
        ('{"source-ref": 1}', "line 1: source-ref: must be the S3 URI"),
        ('{"source-ref": "s3://bucket"}', "line 1: source-ref: must be the S3 URI"),
        (f"{line(1)}\n{line(1)}", "line 2: source-ref: an earlier line has s3://bucket/images/plates/1.png"),
        ('{"source-ref": "s3://bucket/\\ud800.png"}', "line 1: source-ref: must be the S3 URI"),
        ('{"source-ref": "s3://bucket/\\u0000.png"}', "line 1: source-ref: must be the S3 URI"),
        (f'{{"source-ref": "s3://bucket/{"ü" * 513}"}}', "line 1: source-ref: must be the S3 URI"),
        (line(1, "normal", "bucket", **{"check-mask-ref": 7}), "line 1: check-mask-ref: must be"),
    ],
)
def test_an_error_names_the_line_and_the_field(text: str | bytes, error: str) -> None:
    [found] = errors_of(text)
    assert found.startswith(error)


def test_a_line_of_8192_characters_is_allowed() -> None:
    text = line(1, None, note="")
    longest = line(1, None, note="x" * (8192 - len(text)))
    assert len(longest) == 8192
    assert not errors_of(longest)
    assert errors_of(longest.replace("x", "xx", 1)) == ["line 1: has 8193 characters; a line has at most 8192"]


@pytest.mark.parametrize(
    "source",
    [
        "s3://other/images/plates/1.png",
        "s3://bucket/images/rings/1.png",
        "s3://bucket/datasets/rings/1.png",
        "s3://bucket/datasets/plates2/1.png",
        "s3://bucket/datasets/plates/../rings/1.png",
        "s3://bucket/models/plates/1.safetensors",
    ],
)
def test_images_and_masks_that_are_not_among_the_files_of_the_project_are_errors(source: str) -> None:
    wrong = "is not in s3://bucket/datasets/plates/ or s3://bucket/images/plates/: copy it there"
    assert errors_of(json.dumps({"source-ref": source}), PLACES) == [f"line 1: source-ref: {source} {wrong}"]
    masked = line(1, "anomaly", **{"check-mask-ref": source})
    assert errors_of(masked, PLACES) == [f"line 1: check-mask-ref: {source} {wrong}"]


@pytest.mark.parametrize("folder", ["images/plates/line-1/cam-1/2026-03-14", "datasets/plates/images"])
def test_images_of_data_sets_and_of_cameras_are_files_of_the_project(folder: str) -> None:
    assert errors_of(json.dumps({"source-ref": f"s3://bucket/{folder}/a b+ü.png"}), PLACES) == []


def test_empty_lines_are_skipped() -> None:
    assert errors_of(f"\n{line(1)}\n\n{line(2)}\n") == []
