"""What became of each image, kept in a file as it happens: the log that people read is the journal that resumes."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from linewatch.camera.files import Stamp


class State(StrEnum):
    """How far an image came. `refused` will not be taken as it is, `failed` may be when it is tried again."""

    REFUSED = "refused"
    FAILED = "failed"
    UPLOADED = "uploaded"
    INSPECTED = "inspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One image's fate. `seconds` are from its upload to its verdict, by the service's clock; times are UTC."""

    file: str
    stamp: Stamp
    state: State
    image_id: str | None = None
    inspection_id: str | None = None
    captured_at: datetime | None = None
    verdict: str | None = None
    confidence: float | None = None
    seconds: float | None = None
    cause: str | None = None

    @property
    def sent(self) -> bool:
        """Whether the image is in the bucket, so that it need not be sent again."""
        return self.state in {State.UPLOADED, State.INSPECTED}

    def inspected(self, inspection: dict[str, object]) -> "Fate":
        """The fate with what the inspection says."""
        uploaded, inspected = (
            datetime.fromisoformat(str(inspection[name])) for name in ("uploaded_at", "inspected_at")
        )
        confidence = inspection["confidence"]
        return replace(
            self,
            state=State.INSPECTED,
            verdict=str(inspection["verdict"]),
            confidence=confidence if isinstance(confidence, float | int) else None,
            seconds=(inspected - uploaded).total_seconds(),
            cause=None if inspection["reason"] is None else str(inspection["reason"]),
        )


class Journal:
    """Fates by file, the last one counting; a line of JSON is appended for each. May be used by many threads."""

    def __init__(self, path: Path) -> None:
        """Read back what an earlier run left. A last line that was cut off is an image whose fate was not told."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        written = path.read_bytes() if path.exists() else b""
        whole = written[: written.rfind(b"\n") + 1]
        self.fates = {fate.file: fate for fate in map(_read, whole.splitlines())}
        self._file = path.open("r+b" if written else "wb")
        self._file.truncate(len(whole))
        self._file.seek(len(whole))

    def tell(self, fate: Fate) -> None:
        """Keep it: on the disk before anything else happens."""
        line = json.dumps(asdict(fate), default=datetime.isoformat) + "\n"
        with self._lock:
            self.fates[fate.file] = fate
            self._file.write(line.encode())
            self._file.flush()

    def sent(self, file: str, stamp: Stamp) -> bool:
        """Whether this very content of the file was sent."""
        fate = self.fates.get(file)
        return fate is not None and fate.sent and fate.stamp == stamp

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read(line: bytes) -> Fate:
    told = json.loads(line)
    captured_at = told["captured_at"] and datetime.fromisoformat(told["captured_at"])
    return Fate(**told | {"stamp": tuple(told["stamp"]), "state": State(told["state"]), "captured_at": captured_at})
