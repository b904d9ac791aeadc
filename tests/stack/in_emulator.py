"""Runs a script in the emulator's own Python, where its modules are."""

import json
import subprocess
from typing import Any

from linewatch.project import ROOT
from linewatch.stack.installation import emulator_python


def said(script: str, kind: str, given: str | None = None) -> Any:
    """What the script prints last, as JSON. Its arguments are `kind` and the project's folder; it may read `given`."""
    run = subprocess.run(
        [emulator_python(), "-c", script, kind, ROOT],
        input=given,
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.splitlines()[-1])
