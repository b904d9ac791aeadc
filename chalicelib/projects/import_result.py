"""What became of a manifest that somebody put into the bucket: the file that is written beside it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from chalicelib.core.image import UploadedImage
from chalicelib.core.values import storable
from chalicelib.projects.domain import Dataset
from chalicelib.projects.manifest import LineError

SUFFIX = ".result.json"
"""What the key of the file has after the manifest's; its end keeps it from being taken for a manifest."""
MOST_ERRORS = 1000
_LONGEST_ERROR = 500


class Status(StrEnum):
    """`waiting`: it will be tried again, or a person has to; the message says what for."""

    IMPORTED = "imported"
    REFUSED = "refused"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import did to a data set, in images. `kept` ones have a newer label, or a line without one came."""

    dataset: Dataset
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    kept: int = 0


CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """The outcome of one import; `errors` are of the lines that were left out."""

    put: UploadedImage
    status: Status
    message: str = ""
    change: Change | None = None
    errors: Sequence[LineError] = ()

    def to_json(self) -> bytes:
        """The file: at most 1,000 of the errors are in it."""
        content = {
            "status": self.status,
            "message": storable(self.message, _LONGEST_ERROR),
            "manifest": f"s3://{self.put.bucket}/{self.put.key}",
            "etag": self.put.etag,
            "put_at": self.put.uploaded_at.isoformat(),
            "data_set": None if self.change is None else _described(self.change.dataset),
            "images": None if self.change is None else _counts(self.change),
            "wrong_lines": len(self.errors),
            "errors": [
                asdict(each) | {"message": storable(each.message, _LONGEST_ERROR)} for each in self.errors[:MOST_ERRORS]
            ],
        }
        return json.dumps(content, indent=1).encode()


def _described(dataset: Dataset) -> dict[str, object]:
    return {"type": dataset.type, **asdict(dataset.counts)}


def _counts(change: Change) -> dict[str, int]:
    return {name: getattr(change, name) for name in ("added", "replaced", "unchanged", "kept")}
