"""Warnings about the training images: what could make a detector, or its figures, less good than they look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.models.left_out import first_names
from chalicelib.models.names import name_in_set
from chalicelib.reports.training.conclusion import at_chance
from chalicelib.reports.training.evidence import Evidence
from chalicelib.reports.training.predictions import LabelledPrediction
from chalicelib.reports.training.survey import ImageSummary, sizes

SURELY = 0.25  # from a label: nearer than this to its opposite, a verdict is worth a second look at the label


@dataclass(frozen=True)
class Remark:
    """One thing to know or to do, and the files that it is about."""

    title: str
    text: str
    files: Sequence[str] = ()


def data_warnings(evidence: Evidence) -> list[Remark]:
    """All that is worth a warning."""
    return [
        *_left_out(evidence),
        *_trained_on(evidence),
        *_near_duplicates(evidence.alike, len(evidence.learned)),
        *_two_labels(evidence),
        *_label_doubts(evidence.images),
        *_size_mix(evidence.learned),
        *_light(evidence.light),
        *_two_kinds(evidence),
    ]


def doubts(evidence: Evidence) -> list[str]:
    """What a person should look at again, a line each: labels that verdicts contradict, and two kinds of normals."""
    remarks = [*_label_doubts(evidence.images), *_two_kinds(evidence)]
    return [f"{each.title}: {', '.join(first_names(each.files))}" for each in remarks]


def counted(count: int, word: str) -> str:
    """`1 label`, `2 labels`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _left_out(evidence: Evidence) -> Iterator[Remark]:
    if evidence.left_out:
        yield Remark(
            f"{len(evidence.left_out)} files or folders are not used",
            "Nothing was learned from them or measured on them.",
            [f"{name_in_set(path)}: {reason}" for path, reason in evidence.left_out.items()],
        )


def _trained_on(evidence: Evidence) -> Iterator[Remark]:
    if evidence.trained_on:
        yield Remark(
            f"{counted(len(evidence.trained_on), 'test image')} also among the training images",
            "The very same files: on them the detector cannot fail as it may on the line, so the figures are too good."
            " The sentence at the top does not count them.",
            [name_in_set(path) for path in evidence.trained_on],
        )


def _near_duplicates(alike: Sequence[Sequence[Path]], total: int) -> Iterator[Remark]:
    if not alike:
        return
    count = sum(len(group) for group in alike)
    yield Remark(
        f"{count} of {total} training images are near-duplicates",
        f"They form {counted(len(alike), 'group')} of photographs that look the same, such as frames of one sequence."
        " Each group was left out as a whole, and proves little more than one image does: the sentence at the top"
        " counts it once. No group has more than a quarter of the images: figures on larger ones are too good.",
        ["  =  ".join(map(name_in_set, group)) for group in alike],
    )


def _two_labels(evidence: Evidence) -> Iterator[Remark]:
    anomalous = {summary.path for summary in evidence.learned if summary.anomalous}
    mixed = [group for group in evidence.alike if 0 < sum(path in anomalous for path in group) < len(group)]
    if mixed:
        yield Remark(
            f"{counted(len(mixed), 'group')} of near-duplicates with both labels",
            "Either the defect is very small, or one of the labels is wrong. Look at them side by side.",
            ["  =  ".join(map(name_in_set, group)) for group in mixed],
        )


def doubted_labels(images: Sequence[LabelledPrediction]) -> list[LabelledPrediction]:
    """The images whose verdict contradicts the label and is sure, the surest first.

    None from a detector that is no better than chance: its verdicts say nothing about labels.
    """
    if at_chance(images):
        return []
    doubted = [image for image in images if abs(image.anomalous - image.probability) > 1 - SURELY]
    return sorted(doubted, key=lambda image: (-abs(image.anomalous - image.probability), image.path))


def _label_doubts(images: Sequence[LabelledPrediction]) -> Iterator[Remark]:
    doubted = doubted_labels(images)
    if doubted:
        yield Remark(
            f"{counted(len(doubted), 'label')} to look at again",
            "The verdict contradicts the label, and is sure. Either the label is wrong, or the image shows a defect or"
            " a variation that no other training image shows.",
            [f"{name_in_set(image.path)} (anomaly probability {image.probability:.2f})" for image in doubted],
        )


def _size_mix(learned: Sequence[ImageSummary]) -> Iterator[Remark]:
    (common, count), *others = sizes(learned)
    if not others:
        return
    stray = [summary for summary in learned if summary.size != common]
    anomalous = sum(summary.anomalous for summary in stray)
    yield Remark(
        f"{len(stray)} of {len(learned)} training images are not of the commonest size",
        f"{count} images have {common[0]} x {common[1]} px; {len(stray) - anomalous} normal and {anomalous} anomalous"
        " images have another size and were brought to one shape, which distorts some of them.",
        [f"{name_in_set(each.path)} ({each.size[0]} x {each.size[1]} px)" for each in stray]
        if len(stray) < count
        else (),
    )


def _light(light: str) -> Iterator[Remark]:
    if light:
        yield Remark(
            f"Anomalous images are {light} than normal ones",
            "Brightness alone separates them. If the defect itself is not the cause, they were taken under another"
            " light or at another time, and the detector may have learned the light: photograph both kinds together.",
        )


def _two_kinds(evidence: Evidence) -> Iterator[Remark]:
    fewer = [name_in_set(path) for path in evidence.fewer_kind]
    if not fewer:
        return
    normals = sum(not each.anomalous for each in evidence.learned)
    yield Remark(
        "Your normal images fall into two kinds",
        f"{len(fewer)} of {normals} look unlike the others, and hardly one is in between: two products, two"
        " finishes or two settings of the camera. A detector for each kind finds smaller defects than one for both. One"
        " for both needs as many images of either kind. These are the fewer:",
        fewer,
    )
