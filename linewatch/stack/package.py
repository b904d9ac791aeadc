"""`chalice package` with infra/ laid over it: a folder with the template and the zips that it names."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from linewatch.project import ROOT, STATE
from linewatch.stack.libraries import digest_of, installed, layer, put_in_place, rewrite
from linewatch.stack.template import Template, merged_infra, misspelt

_SOURCES = ("app.py", "chalicelib", ".chalice/config.json")
_STAGE = "main"
"""Chalice's stage. Linewatch's own is a parameter of the template: one package serves them all."""

_KEPT = 10


@dataclass(frozen=True, slots=True)
class Package:
    """A template, and the folder to which the zips that it names are relative."""

    folder: Path

    @property
    def template(self) -> Template:
        """A fresh copy of the template."""
        template: Template = json.loads((self.folder / "template.json").read_text())
        return template


def package(wheels_for: str, root: Path = ROOT, build: Path = STATE / "build") -> Package:
    """Package the app for a platform; found again in `build` when nothing that it is made from has changed.

    The same sources give the same bytes, whenever and wherever they are packaged.
    """
    folder = build / "packages" / digest_of(_inputs(root), wheels_for)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        libraries = installed([root / "requirements.txt"], wheels_for, build, alone=[root / "requirements-tracing.txt"])
        with TemporaryDirectory(dir=build) as made:
            _chalice_package(root, libraries, Path(made))
            _finish(Path(made) / "out", root, wheels_for, build)
            put_in_place(Path(made) / "out", folder)
        _forget_old(folder.parent)
    return Package(folder)


def _forget_old(packages: Path) -> None:
    """Every change of the app makes a new one: keep the latest few."""
    for old in sorted(packages.iterdir(), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _inputs(root: Path) -> list[Path]:
    own = Path(__file__).parent.glob("*.py")
    return [
        root / "app.py",
        root / ".chalice" / "config.json",
        *sorted(path for path in (root / "chalicelib").rglob("*") if path.is_file() and path.suffix != ".pyc"),
        *sorted((root / "infra").glob("*.yaml")),
        *sorted(root.glob("requirements*.txt")),
        *sorted(own),
    ]


def _chalice_package(root: Path, libraries: Path, made: Path) -> None:
    """Run Chalice on a copy of what it is to bundle, and of nothing else."""
    sources = made / "sources"
    for name in _SOURCES:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(root / name, sources / name)
    (sources / "vendor").symlink_to(libraries.resolve())
    (made / "infra.json").write_text(json.dumps(merged_infra(root / "infra")))
    command = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())", "package"]
    command += ["--stage", _STAGE, "--merge-template", str(made / "infra.json"), str(made / "out")]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise click.ClickException(f"chalice package failed:\n{run.stdout}{run.stderr}")


def _finish(out: Path, root: Path, wheels_for: str, build: Path) -> None:
    """Build the layers that the template names, check what the merge made, and take times out of Chalice's zip."""
    file = out / "sam.json"
    template: Template = json.loads(file.read_text())
    if names := misspelt(template):
        raise click.ClickException(f"infra/ speaks of what app.py does not have: {', '.join(names)}")
    for properties in _layers(template):
        archive = layer(root / properties["ContentUri"], wheels_for, build)
        (out / archive.name).hardlink_to(archive)
        properties["ContentUri"] = archive.name
    (out / "template.json").write_text(json.dumps(template, indent=1))
    file.unlink()
    rewrite(out / "deployment.zip")


def _layers(template: Template) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    ]
