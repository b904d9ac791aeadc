"""Install the emulator into its own virtual environment, because it needs another botocore than Linewatch."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from linewatch.project import IN_CHECKOUT, ROOT, STATE
from linewatch.stack.libraries import NotInstalled, digest_of, move_into_place

REQUIREMENTS = ROOT / "requirements-emulator.txt"


def emulator_python() -> Path:
    """The Python that runs the emulator. In a checkout, scripts/setup.sh creates its environment."""
    folder = ROOT / ".emulator-venv" if IN_CHECKOUT else STATE / f"emulator-{digest_of([REQUIREMENTS])}"
    return folder / "bin" / "python"


def emulator_version() -> str:
    """The version of ministack that the locked requirements name."""
    [pinned] = re.findall(r"^ministack==(\S+)", REQUIREMENTS.read_text(), re.MULTILINE)
    return str(pinned)


def install_emulator(echo: Callable[[str], None]) -> None:
    """Create the environment from the locked requirements unless it exists. Raises `NotInstalled`."""
    folder = emulator_python().parents[1]
    if emulator_python().exists():
        return
    echo(f"installing the local AWS into {folder} (only once)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        created = Path(scratch) / "created"
        _uv("venv", "--relocatable", "--python", sys.executable, str(created))
        _uv("pip", "install", "--require-hashes", "--python", str(created / "bin" / "python"), "-r", str(REQUIREMENTS))
        move_into_place(created, folder)


def _uv(*arguments: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "uv", *arguments, "--quiet"], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NotInstalled(f"the local AWS cannot be installed:\n{run.stderr}")
