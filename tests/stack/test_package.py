"""The package for AWS: small, without files that never run, and the same bytes from the same sources."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from chalicelib.models.lite0 import FILE
from linewatch.backbone.lite0 import lite0
from linewatch.project import ROOT
from linewatch.stack.artifacts import content_digest
from linewatch.stack.libraries import compiled, digest_of, local_platform
from linewatch.stack.package import Package, package
from tests.support.resources import Resources
from tests.vision.features.networks import convolutions

MB = 1_000_000

RUN_GRAPH = """
import sys
sys.path.append(sys.argv[1])
import numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[2], providers=["CPUExecutionProvider"])
print(session.run(None, {"x": numpy.zeros((1, 3, 32, 32), "f")})[0].shape)
"""
"""In a process that knows no installed package."""


def names_in(archive: Path) -> list[str]:
    with ZipFile(archive) as opened:
        return opened.namelist()


def unzipped(archive: Path) -> int:
    with ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def test_the_functions_zip_is_small(packaged: Package) -> None:
    assert (packaged.folder / "deployment.zip").stat().st_size < 15 * MB


def test_the_functions_zip_holds_the_app_and_light_libraries_only(packaged: Package) -> None:
    top = {name.split("/")[0] for name in names_in(packaged.folder / "deployment.zip")}
    assert {"app.py", "chalice", "chalicelib", "pydantic", "pydantic_core", "aws_xray_sdk", "wrapt"} <= top
    assert not top & {"linewatch", "tests", "infra", "schemas", "boto3", "botocore", "numpy", "PIL", "onnxruntime"}


@pytest.mark.parametrize(
    ("layer", "inside"), [("VisionLayer", {"numpy", "PIL", "onnxruntime"}), ("LakeLayer", {"arro3"})]
)
def test_a_layer_holds_its_libraries_where_lambda_finds_them(
    packaged: Package, resources: Resources, layer: str, inside: set[str]
) -> None:
    archive = packaged.folder / resources.of_type("Serverless::LayerVersion")[layer]["ContentUri"]
    assert inside <= {name.split("/")[1] for name in names_in(archive) if name.startswith("python/")}
    assert not [name for name in names_in(archive) if "/botocore/" in name or name.endswith(".pyi")]


def test_the_vision_layer_runs_a_graph_with_nothing_else_installed(
    packaged: Package, resources: Resources, tmp_path: Path
) -> None:
    archive = packaged.folder / resources.of_type("Serverless::LayerVersion")["VisionLayer"]["ContentUri"]
    assert unzipped(archive) < 110 * MB
    with ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    (tmp_path / "graph.onnx").write_bytes(convolutions())
    command = [sys.executable, "-I", "-S", "-c", RUN_GRAPH, str(tmp_path / "python"), str(tmp_path / "graph.onnx")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "(1, 8, 4, 4)\n"


def test_functions_with_their_layers_stay_below_lambdas_limit(packaged: Package, resources: Resources) -> None:
    layers = resources.of_type("Serverless::LayerVersion")
    for name, function in resources.functions().items():
        used = [packaged.folder / layers[layer["Ref"]]["ContentUri"] for layer in function.get("Layers", [])]
        assert sum(map(unzipped, [packaged.folder / "deployment.zip", *used])) < 250 * MB, name


def test_every_source_has_its_compiled_file_because_lambda_cannot_store_one(packaged: Package) -> None:
    names = names_in(packaged.folder / "deployment.zip")
    wanted = {compiled(Path(name)).as_posix() for name in names if name.endswith(".py")}
    assert {name for name in names if name.endswith(".pyc")} == wanted


def test_packaging_again_without_a_change_takes_no_time() -> None:
    first = package(local_platform())
    started = time.perf_counter()
    assert package(local_platform()) == first
    assert time.perf_counter() - started < 0.5


def test_a_changed_file_or_another_platform_is_another_build(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text("one")
    first = digest_of([file], "linux")
    assert digest_of([file], "linux") == first
    assert digest_of([file], "macos") != first
    file.write_text("two")
    assert digest_of([file], "linux") != first


def test_the_digest_of_a_zip_does_not_depend_on_the_times_of_its_files(tmp_path: Path) -> None:
    def zipped(name: str, year: int, content: str) -> Path:
        with ZipFile(tmp_path / name, "w") as target:
            target.writestr(ZipInfo("app.py", (year, 1, 1, 0, 0, 0)), content)
        return tmp_path / name

    first = content_digest(zipped("a.zip", 2020, "one"))
    assert content_digest(zipped("b.zip", 2024, "one")) == first
    assert content_digest(zipped("c.zip", 2020, "two")) != first


@pytest.fixture
def copied_sources(tmp_path: Path) -> Path:
    """The same sources in another folder, with other file times."""
    root = tmp_path / "sources"
    for name in ("chalicelib", "infra", ".chalice"):
        shutil.copytree(ROOT / name, root / name, copy_function=shutil.copyfile)
    for file in (ROOT / "app.py", *ROOT.glob("requirements*.txt")):
        shutil.copyfile(file, root / file.name)
    for path in root.rglob("*"):
        os.utime(path, (1, 1_600_000_000))
    return root


def test_the_same_sources_give_the_same_bytes_in_another_folder(packaged: Package, copied_sources: Path) -> None:
    """The vision layer, half of the work, is taken as it is: the others are built as it is built."""
    build = copied_sources / "build"
    [vision] = packaged.folder.glob("requirements-vision-*.zip")
    (build / "layers").mkdir(parents=True)
    shutil.copyfile(vision, build / "layers" / vision.name)
    (build / "libraries" / vision.stem.rpartition("-")[2]).mkdir(parents=True)
    again = package(local_platform(), copied_sources, build).folder
    names = sorted(path.name for path in packaged.folder.iterdir())
    assert [path.name for path in sorted(again.iterdir())] == names
    for name in names:
        assert (again / name).read_bytes() == (packaged.folder / name).read_bytes(), name


def test_the_training_layer_has_the_network_of_the_command_line(packaged: Package, resources: Resources) -> None:
    archive = packaged.folder / resources.of_type("Serverless::LayerVersion")["TrainingLayer"]["ContentUri"]
    with ZipFile(archive) as opened:
        assert opened.read(f"python/{FILE}") == lite0().graph
    assert {"jinja2", "markupsafe"} <= {name.split("/")[1] for name in names_in(archive)}
