"""What a training noticed about its images: near-duplicates, and labels that it doubts."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from chalicelib.projects.manifest import ClassName


@dataclass(frozen=True, slots=True)
class Doubt:
    """An image whose verdict contradicts its label, and is sure. `probability` is that of an anomaly, 0 to 1."""

    source: str
    label: ClassName
    probability: float


@dataclass(frozen=True, slots=True)
class Remarks:
    """Groups of images that look the same, and doubts, the surest first. Images are named by their S3 URIs."""

    near_duplicates: tuple[tuple[str, ...], ...] = ()
    doubts: tuple[Doubt, ...] = ()


REMARKS: TypeAdapter[Remarks] = TypeAdapter(Remarks)
