"""What people have becomes a data set; one wrong thing keeps out nothing else."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from PIL import Image

from linewatch.operate.datasets.objects import Objects
from linewatch.operate.datasets.read import read_source
from linewatch.operate.datasets.store import store
from linewatch.operate.operator import operator_grant
from tests.operate.stage import BUCKET, Stage
from tests.pipeline.photographs import png
from tests.support.builders import NOON


def folder(at: Path, normal: int = 3, anomaly: int = 2, first: int = 0) -> Path:
    """`normal/` and `anomaly/` with so many images."""
    for label, seeds in (("normal", range(normal)), ("anomaly", range(100, 100 + anomaly))):
        (at / label).mkdir(parents=True)
        for seed in seeds:
            (at / label / f"{seed}.png").write_bytes(png(first + seed, damaged=label == "anomaly"))
    return at


def counts(rows: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    return [(row["data_set"], row["images"], row["normal"], row["anomaly"]) for row in rows]


def entries(stage: Stage, of: str = "train") -> list[dict[str, Any]]:
    return [json.loads(line) for line in stage.run("dataset", "export", "plates", of).stdout.splitlines()]


@pytest.fixture(autouse=True)
def project(stage: Stage) -> None:
    stage.run("project", "create", "plates")


def put(stage: Stage, key: str, content: bytes) -> str:
    stage.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return f"s3://{BUCKET}/{key}"


def manifest_line(source: str, label: str = "normal", **more: object) -> str:
    metadata = {"class-name": label, "type": "groundtruth/image-classification", "human-annotated": "yes"}
    return json.dumps({"source-ref": source, "check": 0, "check-metadata": metadata, **more})


def test_a_folder_becomes_a_data_set_and_again_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    source = str(folder(tmp_path / "set"))
    assert counts(stage.json("dataset", "import", "plates", source)) == [("train", 5, 3, 2)]
    images = stage.keys("datasets/plates/images/")
    assert len(images) == 5
    assert counts(stage.json("dataset", "import", "plates", source)) == [("train", 5, 3, 2)]
    assert stage.keys("datasets/plates/images/") == images


def test_the_test_part_of_a_folder_is_the_test_data_set(stage: Stage, tmp_path: Path) -> None:
    folder(tmp_path / "set" / "train")
    folder(tmp_path / "set" / "test", 2, 1, first=1000)
    found = stage.json("dataset", "import", "plates", str(tmp_path / "set"))
    assert counts(found) == [("train", 5, 3, 2), ("test", 3, 2, 1)]
    assert counts(stage.json("dataset", "list", "plates")) == counts(found)


def test_a_set_can_be_put_into_the_test_data_set(stage: Stage, tmp_path: Path) -> None:
    found = stage.json("dataset", "import", "plates", str(folder(tmp_path / "set")), "--into", "test")
    assert counts(found) == [("test", 5, 3, 2)]


def test_what_is_no_image_is_named_and_keeps_out_nothing_else(stage: Stage, tmp_path: Path) -> None:
    source = folder(tmp_path / "set")
    (source / "normal" / "broken.png").write_bytes(b"no image")
    (source / "anomaly" / "as-normal.png").write_bytes(png(0))
    result = stage.run("dataset", "import", "plates", str(source), "--json")
    assert counts(json.loads(result.stdout)) == [("train", 4, 2, 2)]
    assert "broken.png: it is no image" in result.stderr
    assert "as-normal.png: the same image has another label too" in result.stderr


class Unreachable:
    """A place for images that cannot store any."""

    def put(self, project: str, content: bytes) -> str:
        raise OSError("the network is down")


def test_an_upload_that_fails_ends_the_import_and_is_no_fault_of_the_image(stage: Stage, tmp_path: Path) -> None:
    stage.linewatch.projects.image_store = Unreachable()
    found = read_source(str(folder(tmp_path / "set")), None, None, Objects(stage.s3, "none"), NOON)
    with pytest.raises(OSError, match="the network is down"):
        store(found, "plates", operator_grant("plates"), stage.linewatch.projects, lambda lines, _: lines)


class Doubles:
    """A place for images which counts how many equal ones come at the same time."""

    def __init__(self) -> None:
        self.coming: Counter[bytes] = Counter()
        self.most = 0

    def put(self, project: str, content: bytes) -> str:
        self.coming[content] += 1
        self.most = max(self.most, self.coming[content])
        sleep(0.01)
        self.coming[content] -= 1
        return f"s3://{BUCKET}/datasets/{project}/images/{len(content)}"


def test_equal_images_are_not_uploaded_at_the_same_time(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "normal").mkdir()
    for number in range(20):
        (tmp_path / "normal" / f"{number}.png").write_bytes(png(0))
    stage.linewatch.projects.image_store = doubles = Doubles()
    found = read_source(str(tmp_path), None, None, Objects(stage.s3, "none"), NOON)
    store(found, "plates", operator_grant("plates"), stage.linewatch.projects, lambda lines, _: lines)
    assert doubles.most == 1


def test_a_bitmap_becomes_a_png(stage: Stage, tmp_path: Path) -> None:
    source = folder(tmp_path / "set", 1, 1)
    with Image.open(BytesIO(png(7))) as image:
        image.save(source / "normal" / "camera.bmp")
    assert counts(stage.json("dataset", "import", "plates", str(source))) == [("train", 3, 2, 1)]
    assert all(key.endswith(".png") for key in stage.keys("datasets/plates/images/"))


def test_masks_and_kinds_of_a_folder_are_kept(stage: Stage, tmp_path: Path) -> None:
    source = folder(tmp_path / "set", 1, 1)
    mask = Image.new("L", (64, 64))
    mask.paste(255, (10, 10, 20, 20))
    (source / "masks").mkdir()
    mask.save(source / "masks" / "100.png")
    stage.run("dataset", "import", "plates", str(source))
    [good, bad] = entries(stage)
    assert "anomaly-mask-ref" not in good
    key = bad["anomaly-mask-ref"].removeprefix(f"s3://{BUCKET}/")
    stored = stage.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert stored == (source / "masks" / "100.png").read_bytes()
    assert bad["anomaly-mask-ref-metadata"]["internal-color-map"]["1"]["hex-color"] == "#ffffff"


def test_an_exported_data_set_is_imported_as_it_was(stage: Stage, tmp_path: Path) -> None:
    source, manifest = folder(tmp_path / "set", 2, 1), tmp_path / "plates.manifest"
    (source / "masks").mkdir()
    Image.new("L", (64, 64), 255).save(source / "masks" / "100.png")
    stage.run("dataset", "import", "plates", str(source))
    before, images = entries(stage), stage.keys("datasets/plates/images/")
    stage.run("dataset", "export", "plates", "train", "--out", str(manifest))
    stage.run("dataset", "delete", "plates", "train")
    stage.run("dataset", "import", "plates", str(manifest))
    assert entries(stage) == before
    assert sum("anomaly-mask-ref" in each for each in before) == 1
    assert stage.keys("datasets/plates/images/") == images


def test_folders_below_an_s3_prefix_are_labels(stage: Stage) -> None:
    for seed, name in enumerate(("train/normal/a.png", "train/anomaly/dent/b.png", "test/good/c.png", "d.png")):
        put(stage, f"old/parts/{name}", png(seed))
    put(stage, "old/parts/read.me", b"text")
    result = stage.run("dataset", "import", "plates", f"s3://{BUCKET}/old/parts/", "--json")
    found = json.loads(result.stdout)
    assert counts(found) == [("train", 3, 1, 1), ("test", 1, 1, 0)]
    assert found[0]["unlabelled"] == 1
    assert "read.me: it is no image" in result.stderr


def test_a_manifest_keeps_its_fields_and_masks_and_names_the_wrong_lines(stage: Stage, tmp_path: Path) -> None:
    mask, colours = put(stage, "old/mask.png", png(9)), {"0": {"class-name": "BACKGROUND"}}
    more = {"anomaly-mask-ref": mask, "anomaly-mask-ref-metadata": {"internal-color-map": colours}}
    lines = [
        manifest_line(put(stage, "old/a ü+.png", png(1)), site="Ulm"),
        "no JSON",
        manifest_line("https://nowhere/a.png"),
        manifest_line(f"s3://{BUCKET}/old/gone.png"),
        manifest_line(put(stage, "old/b.png", png(2)), "anomaly", **more),
    ]
    manifest = tmp_path / "old.manifest"
    manifest.write_text("\n".join(lines))
    result = stage.run("dataset", "import", "plates", str(manifest), "--json")
    assert counts(json.loads(result.stdout)) == [("train", 2, 1, 1)]
    for message in ("line 2: is not JSON", "line 3: source-ref: must be", "gone.png: it cannot be read (NoSuchKey)"):
        assert message in result.stderr
    [good, bad] = entries(stage)
    assert (good["site"], good["check-metadata"]["class-name"]) == ("Ulm", "normal")
    assert bad["anomaly-mask-ref-metadata"] == {"internal-color-map": colours}
    assert bad["anomaly-mask-ref"].startswith(f"s3://{BUCKET}/datasets/plates/images/")


def test_a_manifest_in_s3_is_read_there(stage: Stage) -> None:
    uri = put(stage, "old/train.manifest", manifest_line(put(stage, "old/a.png", png(1))).encode())
    assert counts(stage.json("dataset", "import", "plates", uri)) == [("train", 1, 1, 0)]


def test_the_images_of_a_manifest_can_be_a_copy_of_the_bucket(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "copy" / "line-1").mkdir(parents=True)
    (tmp_path / "copy" / "line-1" / "a.png").write_bytes(png(1))
    manifest = tmp_path / "one.json"
    manifest.write_text(manifest_line("s3://gone/parts/line-1/a.png"))
    found = stage.json("dataset", "import", "plates", str(manifest), "--images", str(tmp_path / "copy"))
    assert counts(found) == [("train", 1, 1, 0)]


def test_an_exported_data_set_can_be_imported_and_its_images_stay(stage: Stage, tmp_path: Path) -> None:
    stage.run("dataset", "import", "plates", str(folder(tmp_path / "set")))
    exported = tmp_path / "plates.manifest"
    stage.run("dataset", "export", "plates", "train", "--out", str(exported))
    before = stage.keys("datasets/plates/images/")
    found = stage.json("dataset", "import", "plates", str(exported), "--into", "test")
    assert counts(found) == [("test", 5, 3, 2)]
    assert stage.keys("datasets/plates/images/") == before
    assert entries(stage, "test") == entries(stage)


def test_a_coco_file_and_a_label_studio_export_are_seen_by_their_content(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    shape = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [3, 3, 9, 9]}
    image = {"id": 1, "file_name": "a.png", "width": 64, "height": 64}
    coco = {"images": [image], "annotations": [shape], "categories": [{"id": 1, "name": "dent"}]}
    result = {"type": "choices", "value": {"choices": ["good"]}}
    (tmp_path / "b.png").write_bytes(png(2))
    tasks = [{"data": {"image": "/data/upload/1/0a1b2c3d-b.png"}, "annotations": [{"result": [result]}]}]
    for content in (coco, tasks):
        (tmp_path / "export.json").write_text(json.dumps(content))
        stage.run("dataset", "import", "plates", str(tmp_path / "export.json"))
    [bad, good] = entries(stage)
    assert bad["anomaly-mask-ref-metadata"]["internal-color-map"]["1"]["class-name"] == "dent"
    assert good["anomaly-label-metadata"]["class-name"] == "normal"


@pytest.mark.parametrize("source", ["nowhere", "s3://linewatch-test-123456789012/nothing/"])
def test_a_source_without_images_is_wrong_usage(stage: Stage, source: str) -> None:
    assert stage.tried("dataset", "import", "plates", source).exit_code == 2


def test_images_need_a_project(stage: Stage, tmp_path: Path) -> None:
    result = stage.tried("dataset", "import", "rings", str(folder(tmp_path / "set")))
    assert (result.exit_code, stage.keys("datasets/")) == (1, [])
    assert "there is no project rings" in result.stderr
