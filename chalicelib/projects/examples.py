"""The labelled images of a training, and what it makes of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.projects.domain import Counts
from chalicelib.projects.manifest import Entry
from chalicelib.projects.remarks import Remarks

type Progress = Callable[[float], None]
"""Takes the share of the work that is done, 0 to 1. Raises what must end the work."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled image, the file that it was copied to, and the one of its mask, if there is one."""

    entry: Entry
    path: Path
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """The images of a data set that can be used, and why others, and masks, cannot, by their S3 URI."""

    used: Sequence[Example]
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """How many images can be used."""
        anomaly = sum(each.entry.label == "anomaly" for each in self.used)
        return Counts(total=len(self.used), labelled=len(self.used), normal=len(self.used) - anomaly, anomaly=anomaly)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says of an image that it has not learned from, and how sure it is: 0 to 1."""

    anomalous: bool
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model file, how good it is (all 0 to 1), the verdicts by S3 URI, and a report as HTML.

    `warnings` are what people should know of the images. `pixel_roc_auc` says how well it shows where defects are; None
    without masks. `remarks` are what training noticed about its images.
    """

    model: bytes
    report: bytes
    verdicts: Mapping[str, Verdict]
    roc_auc: float
    average_precision: float
    precision: float
    recall: float
    f1: float
    warnings: Sequence[str] = ()
    pixel_roc_auc: float | None = None
    remarks: Remarks = field(default_factory=Remarks)
