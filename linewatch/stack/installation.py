"""The local AWS in an environment of its own: it needs another botocore than Linewatch."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.core.errors import LinewatchError
from linewatch.project import IN_CHECKOUT, ROOT, STATE
from linewatch.stack.libraries import digest_of, put_in_place

REQUIREMENTS = ROOT / "requirements-emulator.txt"


class NotInstalled(LinewatchError):
    """The environment of the local AWS could not be made; the message says why."""


def emulator_python() -> Path:
    """The Python that runs the local AWS. In a checkout, scripts/setup.sh makes its environment."""
    folder = ROOT / ".emulator-venv" if IN_CHECKOUT else STATE / f"emulator-{digest_of([REQUIREMENTS])}"
    return folder / "bin" / "python"


def install_emulator(tell: Callable[[str], None]) -> None:
    """Make the environment from the locked requirements unless it exists. Raises `NotInstalled`."""
    folder = emulator_python().parents[1]
    if emulator_python().exists():
        return
    tell(f"installing the local AWS into {folder} (only this once)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "made"
        _uv("venv", "--relocatable", "--python", sys.executable, str(made))
        _uv("pip", "install", "--require-hashes", "--python", str(made / "bin" / "python"), "-r", str(REQUIREMENTS))
        put_in_place(made, folder)


def _uv(*arguments: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "uv", *arguments, "--quiet"], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NotInstalled(f"the local AWS cannot be installed:\n{run.stderr}")
