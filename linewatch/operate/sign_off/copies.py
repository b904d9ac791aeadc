"""A model file and images on this computer, to check a training without AWS."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from linewatch.operate.sign_off.replay_training import AtHand


@dataclass
class Copies:
    """A model file, and a folder in which images are found by their SHA-256, whatever their names."""

    model: Path | None
    images: Path | None
    _known: dict[str, Path] = field(default_factory=dict)

    def at_hand(self) -> AtHand:
        """Reads every file of the folder once."""
        if self.images is not None:
            files = (each for each in sorted(self.images.rglob("*")) if each.is_file())
            self._known = {sha256(each.read_bytes()).hexdigest(): each for each in files}
        return AtHand(None if self.model is None else self.model.read_bytes(), self._image)

    def _image(self, _source: str, digest: str) -> bytes | None:
        return self._known[digest].read_bytes() if digest in self._known else None
