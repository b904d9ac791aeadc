"""The status of one image: one line of the journal."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, Self

from chalicelib.core.spots import Box, spot_in_words
from linewatch.camera.files import Stamp


class State(StrEnum):
    """The state of an image. `refused`: the service will not accept it. `failed`: another attempt may succeed."""

    REFUSED = "refused"
    FAILED = "failed"
    UPLOADED = "uploaded"
    INSPECTED = "inspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageStatus:
    """One image. `seconds` are from upload to verdict, by the service's clock. Times are UTC.

    `spot` says where the image is most unusual, in words and pixels.
    """

    file: str
    stamp: Stamp
    state: State
    image_id: str | None = None
    inspection_id: str | None = None
    captured_at: datetime | None = None
    verdict: str | None = None
    confidence: float | None = None
    seconds: float | None = None
    spot: str | None = None
    cause: str | None = None

    @property
    def sent(self) -> bool:
        """Whether the image is in the bucket, so that it need not be sent again."""
        return self.state in {State.UPLOADED, State.INSPECTED}

    def repeats(self, earlier: "ImageStatus | None") -> bool:
        """Whether it has nothing new, compared with the earlier status of this file."""
        return earlier is not None and not self.sent and replace(self, captured_at=earlier.captured_at) == earlier

    def with_inspection(self, inspection: Mapping[str, Any]) -> "ImageStatus":
        """The status with the inspection's verdict. ValueError when it has none."""
        verdict, confidence, reason = (inspection.get(name) for name in ("verdict", "confidence", "reason"))
        if not isinstance(verdict, str) or not verdict:
            raise ValueError(f"the inspection {self.inspection_id} has no verdict")
        return replace(
            self,
            state=State.INSPECTED,
            verdict=verdict,
            confidence=confidence if _is_number(confidence) else None,
            seconds=_seconds_between(inspection.get("uploaded_at"), inspection.get("inspected_at")),
            spot=_spot_in(inspection),
            cause=None if reason is None else str(reason),
        )

    def to_json(self) -> str:
        """One line of JSON in ASCII. Bytes of a file name that are not UTF-8 are kept as lone surrogates."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read a line. Ignores unknown fields. ValueError when the line is damaged."""
        try:
            return cls._read(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"this is not the status of an image: {line[:80]!r}") from error

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> Self:
        size, changed = fields["stamp"]
        captured_at = fields.get("captured_at")
        return cls(
            file=_text(fields["file"]),
            stamp=(int(size), int(changed)),
            state=State(fields["state"]),
            captured_at=None if captured_at is None else datetime.fromisoformat(captured_at).astimezone(UTC),
            confidence=_number(fields.get("confidence")),
            seconds=_number(fields.get("seconds")),
            **{
                name: None if fields.get(name) is None else _text(fields[name])
                for name in ("image_id", "inspection_id", "verdict", "spot", "cause")
            },
        )


def _spot_in(inspection: Mapping[str, Any]) -> str | None:
    """Where the worst spot is; None when there is none or the service did not say it in a form that is known."""
    try:
        boxes = [Box(*map(int, box)) for box in inspection["boxes"]]
        width, height = int(inspection["width"]), int(inspection["height"])
        fraction = float(inspection["area_fraction"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    known = all(box.lies_within(width, height) for box in boxes)
    return spot_in_words(boxes, width, height, fraction) if known else None


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value)


def _number(value: object) -> float | None:
    if value is None or _is_number(value):
        return value  # type: ignore[return-value]
    raise ValueError(f"{value!r} is not a number")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is not text")


def _seconds_between(since: object, until: object) -> float | None:
    """The seconds between two times. None when one cannot be read."""
    try:
        return (datetime.fromisoformat(str(until)) - datetime.fromisoformat(str(since))).total_seconds()
    except (ValueError, TypeError):
        return None
