"""Run `chalice package` and merge infra/ into its template. The result is a folder with the template and its zips."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from linewatch.project import ROOT, STATE
from linewatch.stack.athena import with_queries
from linewatch.stack.dashboard import with_dashboard
from linewatch.stack.libraries import digest_of, installed, layer, move_into_place, rewrite
from linewatch.stack.template import PackagingFailed, Template, merged_infra, without_type

CONFIG = Path(".chalice", "config.json")
"""Chalice's configuration: what all stages share, and a part for each stage that `linewatch resources` prepared."""

_STAGE = "main"
"""Chalice's stage. Linewatch's stage is a parameter of the template, so that one package serves all stages."""

_KEPT = 10


@dataclass(frozen=True, slots=True)
class Package:
    """A folder with a template and its zips. The template names the zips relative to the folder."""

    folder: Path

    @property
    def template(self) -> Template:
        """The template, read again each time, so that callers may change it."""
        template: Template = json.loads((self.folder / "template.json").read_text())
        return template


def package(wheels_for: str, root: Path = ROOT, build: Path = STATE / "build") -> Package:
    """Package the app for a platform. A package in `build` is used again when its sources have not changed.

    The same sources always give the same bytes. Raises `PackagingFailed` or `NotInstalled`.
    """
    folder = build / "packages" / digest_of(_inputs(root), wheels_for, json.dumps(shared_config(root)))
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        libraries = function_libraries(wheels_for, root, build)
        with TemporaryDirectory(dir=build) as scratch:
            _chalice_package(root, libraries, Path(scratch))
            _finish(Path(scratch) / "out", root, wheels_for, build)
            move_into_place(Path(scratch) / "out", folder)
        _delete_old(folder.parent)
    return Package(folder)


def shared_config(root: Path) -> dict[str, Any]:
    """What all of Chalice's stages share in its configuration."""
    config: dict[str, Any] = json.loads((root / CONFIG).read_text())
    return {**config, "stages": {}}


def function_libraries(wheels_for: str, root: Path = ROOT, build: Path = STATE / "build") -> Path:
    """The folder with the libraries that every function has. Raises `NotInstalled`."""
    return installed([root / "requirements.txt", root / "requirements-tracing.txt"], wheels_for, build)


def vendored(wheels_for: str, root: Path = ROOT, build: Path = STATE / "build") -> Path:
    """The folder with those that `chalice deploy` does not install from requirements.txt. Raises `NotInstalled`."""
    return installed([root / "requirements-tracing.txt"], wheels_for, build)


def _delete_old(packages: Path) -> None:
    """Keep the latest few: every change of the app makes a new package."""
    for old in sorted(packages.iterdir(), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _inputs(root: Path) -> list[Path]:
    packager = [file for folder in ("stack", "backbone") for file in (Path(__file__).parents[1] / folder).glob("*.py")]
    return [
        root / "app.py",
        *sorted(path for path in (root / "chalicelib").rglob("*") if path.is_file() and path.suffix != ".pyc"),
        *sorted((root / "infra").glob("*.yaml")),
        *sorted(root.glob("requirements*.txt")),
        *sorted(packager),
    ]


def _chalice_package(root: Path, libraries: Path, scratch: Path) -> None:
    """Run Chalice on a copy of the files to bundle, so that it bundles nothing else. `vendor` has all libraries."""
    sources = scratch / "sources"
    (sources / CONFIG).parent.mkdir(parents=True)
    (sources / CONFIG).write_text(json.dumps(shared_config(root)))
    shutil.copy2(root / "app.py", sources)
    shutil.copytree(root / "chalicelib", sources / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    (sources / "vendor").symlink_to(libraries.resolve())
    (scratch / "infra.json").write_text(json.dumps(merged_infra(root / "infra")))
    command = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())", "package"]
    command += ["--stage", _STAGE, "--merge-template", str(scratch / "infra.json"), str(scratch / "out")]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise PackagingFailed(f"chalice package failed:\n{run.stdout}{run.stderr}")


def _finish(out: Path, root: Path, wheels_for: str, build: Path) -> None:
    """Check and complete the merged template, build its layers, and remove times from Chalice's zip."""
    file = out / "sam.json"
    template: Template = json.loads(file.read_text())
    if names := without_type(template):
        raise PackagingFailed(f"infra/ has settings for resources that app.py does not define: {', '.join(names)}")
    for properties in _of_type(template, "Function"):
        properties.pop("Tracing", None)  # Chalice writes one into each function, which would win over that of Globals
    for properties in _of_type(template, "LayerVersion"):
        requirements = root / properties["ContentUri"]
        archive = layer(requirements, wheels_for, build, _beside(requirements))
        (out / archive.name).hardlink_to(archive)
        properties["ContentUri"] = archive.name
    with_dashboard(template)
    with_queries(template)
    (out / "template.json").write_text(json.dumps(template, indent=1))
    file.unlink()
    rewrite(out / "deployment.zip")


def _beside(requirements: Path) -> dict[str, bytes]:
    """The files that a layer has beside its libraries. Raises `WeightsMissing`."""
    if requirements.stem != "requirements-training":
        return {}
    from chalicelib.models.lite0 import FILE
    from linewatch.backbone.lite0 import lite0

    return {FILE: lite0().graph}


def _of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    resources = template["Resources"].values()
    return [resource["Properties"] for resource in resources if resource["Type"] == f"AWS::Serverless::{kind}"]
