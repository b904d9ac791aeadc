"""What reviews add to a data set, and where they contradict it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from chalicelib.core.verdict import Label
from chalicelib.projects import manifest
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.manifest import Entry
from chalicelib.reviews.domain import Review

REVIEW = "review"
"""The field of a manifest's line that has the label of a review; a later review of the same image replaces it."""

_LABELS: dict[Label, manifest.ClassName] = {Label.NORMAL: "normal", Label.ANOMALOUS: "anomaly"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A review from which a version learns."""

    inspection_id: str
    source: str
    label: manifest.ClassName
    kind: str | None
    reviewed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A review that says something else of an image than the data set does. It is not learned from."""

    inspection_id: str
    source: str
    label: manifest.ClassName
    reviewed_by: str
    dataset: DatasetType
    dataset_label: manifest.ClassName


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the reviews add to a data set, and what contradicts it."""

    taken: tuple[Labelled, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


LEARNED: TypeAdapter[Learned] = TypeAdapter(Learned)


def learned_from(reviews: Iterable[Review], datasets: Mapping[DatasetType, Iterable[Entry]]) -> Learned:
    """What these reviews say that the data sets do not say yet.

    A label that came from a review is replaced by that of a later one; a label that came otherwise is not.
    """
    known = {entry.source: (of, entry) for of, entries in datasets.items() for entry in entries}
    taken: list[Labelled] = []
    contradictions: list[Contradiction] = []
    for review in reviews:
        source, label = f"s3://{review.bucket}/{review.key}", _LABELS[review.label]
        of, entry = known.get(source, (DatasetType.TRAIN, None))
        if entry is not None and entry.label == label:
            continue
        if entry is None or (of is DatasetType.TRAIN and (entry.label is None or entry.label_name == REVIEW)):
            taken.append(
                Labelled(
                    inspection_id=review.inspection_id,
                    source=source,
                    label=label,
                    kind=review.kind,
                    reviewed_by=review.reviewed_by,
                )
            )
        elif entry.label is not None:
            contradictions.append(
                Contradiction(
                    inspection_id=review.inspection_id,
                    source=source,
                    label=label,
                    reviewed_by=review.reviewed_by,
                    dataset=of,
                    dataset_label=entry.label,
                )
            )
    return Learned(taken=tuple(taken), contradictions=tuple(contradictions))


def line_of(labelled: Labelled) -> str:
    """The line of a manifest, as Ground Truth writes it."""
    metadata = {"class-name": labelled.label, "human-annotated": "yes", "type": "groundtruth/image-classification"}
    more = {"inspection-id": labelled.inspection_id, "reviewed-by": labelled.reviewed_by, "kind": labelled.kind}
    content = {
        "source-ref": labelled.source,
        REVIEW: int(labelled.label == "anomaly"),
        f"{REVIEW}-metadata": metadata | {name: value for name, value in more.items() if value is not None},
    }
    return json.dumps(content)
