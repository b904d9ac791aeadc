"""The folders of the deployment's sources and of the files that Linewatch creates from them."""

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

_CHECKOUT = Path(__file__).parents[1]
_INSTALLED = Path(__file__).parent / "_project"
IN_CHECKOUT = not _INSTALLED.exists()

ROOT = _CHECKOUT if IN_CHECKOUT else _INSTALLED
"""The folder with app.py, chalicelib/, infra/ and the requirements: the checkout, or a copy in the wheel."""


def _state_folder() -> Path:
    if IN_CHECKOUT:
        return _CHECKOUT
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "linewatch"


STATE = _state_folder()
"""The folder of created files: packages, local stacks, and the emulator's environment."""


def load_app() -> ModuleType:
    """Import app.py, which an installed package does not have on its import path."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return import_module("app")


def version() -> str:
    """The installed version; in a checkout, the version in pyproject.toml."""
    from importlib import metadata

    try:
        return metadata.version("linewatch")
    except metadata.PackageNotFoundError:
        import tomllib

        project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        return project["version"]
