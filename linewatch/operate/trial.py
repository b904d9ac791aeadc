"""Try a version on images that nobody has labelled. Nothing is stored on the stage."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import stamina
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.errors import LinewatchError
from chalicelib.core.inspection import Verdict
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DetectedVerdict
from chalicelib.reports.trial.page import Card, picture_of
from chalicelib.vision.decode import decode
from chalicelib.vision.file_formats import FILES
from linewatch.camera.files import as_uploaded
from linewatch.operate.datasets.example import File
from linewatch.operate.datasets.ground_truth import detected_fields

AT_A_TIME = 4

type Detect = Callable[[bytes], DetectedVerdict]
"""What a version says of an image. Raises `LinewatchError`, also `Throttled`, which is worth another attempt."""
type Progress = Callable[[Iterable["Tried"], int], Iterable["Tried"]]


@dataclass(frozen=True, slots=True)
class Subject:
    """An image to try: its file, and the URI by which a manifest names it."""

    file: File
    source: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An image with what a version says of it, and a picture as a data URI; or why there is no verdict."""

    subject: Subject
    verdict: DetectedVerdict | None = None
    picture: str | None = None
    reason: str = ""

    @property
    def verdict_name(self) -> Verdict:
        """An unfamiliar image gets no label; one without a verdict is rejected."""
        if self.verdict is None:
            return Verdict.REJECTED
        if self.verdict.unfamiliar is not None:
            return Verdict.UNFAMILIAR
        return Verdict.ANOMALOUS if self.verdict.anomalous else Verdict.NORMAL

    @property
    def remark(self) -> str:
        """Why there is no verdict, or none of the part; else where the worst spot is."""
        return self.reason if self.verdict is None else self.verdict.unfamiliar or self.verdict.spot or ""

    def line(self, at: datetime) -> dict[str, Any] | None:
        """The image's line of a manifest; None without a verdict. Times are UTC."""
        if self.verdict is None:
            return None
        labelled = self.verdict.unfamiliar is None
        fields = detected_fields(self.verdict.anomalous, self.verdict.confidence, at) if labelled else {}
        return {"source-ref": self.subject.source, **fields}

    def card(self, at: datetime) -> Card:
        """What the page shows."""
        confidence = None if self.verdict is None or self.verdict.unfamiliar else self.verdict.confidence
        return Card(self.subject.file.name, self.verdict_name, confidence, self.remark, self.line(at), self.picture)


def try_images(subjects: Sequence[Subject], detect: Detect, progress: Progress) -> Iterator[Tried]:
    """Each image with its verdict, in the order of the subjects. One that fails stops no other."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield from progress(pool.map(partial(_tried, detect=detect), subjects), len(subjects))


def manifest_of(tried: Iterable[Tried], at: datetime) -> bytes:
    """The lines of the images that have a verdict."""
    lines = [line for each in tried if (line := each.line(at)) is not None]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def _tried(subject: Subject, detect: Detect) -> Tried:
    try:
        content = as_uploaded(subject.file.read())
        verdict = _patiently(detect)(content)
        picture = picture_of(decode(content, FILES), verdict.worst_box)
    except (LinewatchError, BotoCoreError, ClientError, OSError, ValueError) as error:
        return Tried(subject, reason=getattr(error, "strerror", None) or str(error))
    return Tried(subject, verdict, picture)


def _patiently(detect: Detect) -> Detect:
    """Try again after longer and longer waits while there are too many images at the same time."""
    return stamina.retry(on=Throttled, attempts=8, timeout=None)(detect)
