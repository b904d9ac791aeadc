"""A stage that `linewatch resources`, `chalice deploy` and `linewatch finish` make, on a running emulator."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from botocore.loaders import Loader

from linewatch.project import ROOT
from linewatch.stack.chalice.finish import finish
from linewatch.stack.chalice.resources import Resources, prepare_chalice
from linewatch.stack.cloudformation import deploy
from linewatch.stack.libraries import local_platform
from linewatch.stack.local import SETTINGS, LocalStack
from linewatch.stack.package import CONFIG, package, shared_config, vendored
from linewatch.stack.values import Value

SECONDS = 400


@dataclass(frozen=True)
class ChaliceStage:
    """The stage, and a copy of the project that Chalice works in."""

    target: LocalStack
    project: Path

    def make_resources(self, settings: Mapping[str, Value] = SETTINGS) -> None:
        """As `linewatch resources`, with the settings of a local stack."""
        deployment = Resources(package(local_platform()), self.target.stage, settings, lambda _: None)
        outputs = deploy(deployment, self.target, poll_seconds=0.2)
        prepare_chalice(deployment, outputs, self.target, vendored(local_platform()), self.project)

    def chalice(self, command: str) -> None:
        """Chalice's own command, as a person runs it."""
        run = subprocess.run(
            [Path(sys.executable).with_name("chalice"), command, "--stage", self.target.stage],
            cwd=self.project,
            env={**os.environ, **self.target.environment, "AWS_DATA_PATH": str(self._impatient())},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def _impatient(self) -> Path:
        """Descriptions of AWS for Chalice, which waits for each function twice: it looks at once, not after 5 s."""
        loader = Loader()
        waiters = loader.load_service_model("lambda", "waiters-2")
        for each in waiters["waiters"].values():
            each.update(delay=0.2, maxAttempts=500)
        folder = self.project / ".aws-data"
        version = folder / "lambda" / loader.determine_latest_version("lambda", "waiters-2")
        version.mkdir(parents=True, exist_ok=True)
        (version / "waiters-2.json").write_text(json.dumps(waiters))
        return folder

    def finish(self) -> None:
        """As `linewatch finish`."""
        finish(self.target.stage, self.target, self.project, lambda _: None)

    @property
    def api(self) -> str:
        """The id of the API that Chalice made."""
        made = json.loads((self.project / ".chalice" / "deployed" / f"{self.target.stage}.json").read_text())
        [api] = [each["rest_api_id"] for each in made["resources"] if each["resource_type"] == "rest_api"]
        return str(api)


def copied_project(folder: Path) -> Path:
    """What Chalice and the commands read of the project, in a folder of its own."""
    for name in ("chalicelib", "infra"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / CONFIG).parent.mkdir()
    (folder / CONFIG).write_text(json.dumps(shared_config(ROOT)))
    return folder
