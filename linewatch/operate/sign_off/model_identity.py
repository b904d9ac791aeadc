"""What a signed file says of a model and of the software."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from typing import Any

from chalicelib.vision.model_bytes import ModelFileError
from chalicelib.vision.model_file import load
from linewatch.operate.sign_off.figures import text_of

_PACKAGES = ("linewatch", "numpy", "onnxruntime", "pillow", "arro3-core")


@dataclass(frozen=True)
class ModelIdentity:
    """Reads model files: `read` gives the content of a project's version, or None if there is none."""

    read: Callable[[str, str], bytes | None]

    def of(self, project: str, version: str) -> dict[str, Any]:
        """The version, with the SHA-256 of its file, the threshold and what training noted of it."""
        content = self.read(project, version)
        named = {"project": project, "version": version}
        return named | ({"missing": "the model file was deleted"} if content is None else identity_of(content))


def identity_of(content: bytes) -> dict[str, Any]:
    """Of a model file. `threshold` is the probability above which a part is anomalous."""
    identity: dict[str, Any] = {"sha256": sha256(content).hexdigest(), "size_bytes": len(content)}
    try:
        detector = load(content)
    except ModelFileError as error:
        return identity | {"unreadable": str(error)}
    notes = {str(name): str(value) for name, value in detector.metadata.items()}
    return identity | {"threshold": text_of(float(detector.threshold)), "noted_by_training": notes}


def software() -> dict[str, str]:
    """The versions of what makes a signed file. Linewatch has none if it runs from a checkout."""
    found = {each.metadata["Name"]: each.version for name in _PACKAGES for each in metadata.distributions(name=name)}
    return {"python": platform.python_version(), **found}
