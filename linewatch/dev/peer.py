"""PatchCore beside Linewatch: measured now where anomalib is installed, else as it was measured last."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled
from linewatch.project import ROOT

PYTHON = ROOT / ".peer-venv" / "bin" / "python"
SCRIPT = ROOT / "scripts" / "peer.py"
MEASURED = ROOT / "docs" / "reference" / "patchcore.json"


class PeerFailed(LinewatchError):
    """PatchCore could not be measured; the message is the last line of what it printed."""


@dataclass(frozen=True)
class PeerFigures:
    """PatchCore on one set: trained on its normals, tested on its test images."""

    set: str
    train: int  # normals
    test: int  # images
    auroc: list[float]  # of each seed
    ms: float  # of CPU for an image, without decoding
    anomalib: str  # version
    measured: str  # day, as 2026-11-26


def can_measure() -> bool:
    """Whether `make peer` was run."""
    return PYTHON.exists() and SCRIPT.exists()


def measure(
    name: str, train: Labelled, test: Labelled, seeds: int, command: Sequence[str | Path] = (PYTHON, SCRIPT)
) -> PeerFigures:
    """Measure PatchCore on one set, in a process of its own. Raises `PeerFailed`."""
    images = {"train": train.normal, "normal": test.normal, "anomaly": test.anomaly}
    given = {part: [str(path.resolve()) for path in photos.paths] for part, photos in images.items()}
    run = subprocess.run(
        command, input=json.dumps(given | {"seeds": seeds}), capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise PeerFailed(f"PatchCore on {name}: {(run.stderr.strip() or 'it printed nothing').splitlines()[-1]}")
    today = datetime.now(UTC).date().isoformat()
    return PeerFigures(
        set=name,
        train=len(train.normal),
        test=len(test.normal) + len(test.anomaly),
        measured=today,
        **json.loads(run.stdout),
    )


def last_measured(name: str, train: Labelled, test: Labelled, file: Path = MEASURED) -> PeerFigures | None:
    """The figures in the documentation for a set of this name with as many images; None if there are none."""
    if not file.exists():
        return None
    counts = len(train.normal), len(test.normal) + len(test.anomaly)
    known = [PeerFigures(**each) for each in json.loads(file.read_text())]
    return next((each for each in known if (each.set, each.train, each.test) == (name, *counts)), None)
