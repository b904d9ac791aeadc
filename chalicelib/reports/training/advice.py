"""What to photograph next, as far as the images at hand show."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from chalicelib.models.kinds import kinds
from chalicelib.models.name_groups import groups_from_names
from chalicelib.reports.training.data_warnings import Remark
from chalicelib.reports.training.evidence import Basis, Evidence
from chalicelib.reports.training.predictions import LabelledPrediction, Rate, false_rejects
from chalicelib.reports.training.survey import ImageSummary, sizes
from chalicelib.vision.augment import BRIGHTNESS
from chalicelib.vision.training.train import LEAST_ANOMALIES

FEW = 20  # images of a kind under which more help most
STEADY = 0.01  # of full brightness: normals that vary less were all taken in the same light
TOGETHER = 0.5  # of the false rejects
SEVERAL = 3
SMALLER = 0.5  # of the found defects' area: missed ones are small
COLUMNS, ROWS = ("left", "centre", "right"), ("top", "centre", "bottom")


def advice(evidence: Evidence) -> list[Remark]:
    """Concrete next photographs, those that help most first."""
    threshold = evidence.detector.threshold
    found = [
        *_more_normals(evidence.learned),
        *_more_anomalies(evidence.learned),
        *_missed_kinds(evidence.images, threshold),
        *_small_defects(evidence),
        *_rejected_places([each for each in false_rejects(evidence.images, threshold) if not each.unfamiliar]),
        *_light(evidence.learned),
        *_groups(evidence),
        *_others(evidence),
        *_proof(evidence),
    ]
    return found or [Remark("Nothing urgent", "Photograph what the line sees and these images do not show yet.")]


def _more_normals(learned: Sequence[ImageSummary]) -> Iterator[Remark]:
    count = sum(not summary.anomalous for summary in learned)
    if count < FEW:
        yield Remark(
            f"{FEW - count} or more normal parts",
            f"There are {count}. With fewer than {FEW} the detector knows too little of how good parts vary: choose"
            " different parts, batches and shifts.",
        )


def _more_anomalies(learned: Sequence[ImageSummary]) -> Iterator[Remark]:
    count = sum(summary.anomalous for summary in learned)
    if count < LEAST_ANOMALIES:
        yield Remark(
            f"{LEAST_ANOMALIES - count} or more defective parts; {FEW} are better",
            f"There are {count}. From {LEAST_ANOMALIES} on the detector learns from them.",
        )
    elif count < FEW:
        yield Remark(
            f"{FEW - count} or more defective parts",
            f"There are {count}. Every kind of defect should be there at least {LEAST_ANOMALIES} times.",
        )


def _missed_kinds(images: Sequence[LabelledPrediction], threshold: float) -> Iterator[Remark]:
    rates = {kind: rate for kind, rate in missed_by_kind(images, threshold).items() if rate.count}
    if rates:
        worst = sorted(rates.items(), key=lambda item: (-item[1].share, item[0]))
        yield Remark(
            "More defects of the kinds that are missed",
            "Missed: " + ", ".join(f"{kind} ({rate.count} of {rate.of})" for kind, rate in worst) + ".",
        )


def missed_by_kind(images: Sequence[LabelledPrediction], threshold: float) -> dict[str, Rate]:
    """The escapes among each kind of defect; empty if names show no kinds."""
    anomalies = [image for image in images if image.anomalous]
    kind_of = kinds([image.path for image in anomalies])
    if not kind_of:
        return {}
    every = Counter(kind_of[image.path] for image in anomalies)
    missed = Counter(kind_of[image.path] for image in anomalies if image.wrong_at(threshold))
    return {kind or "unnamed": Rate(missed[kind], every[kind]) for kind in sorted(every)}


def _small_defects(evidence: Evidence) -> Iterator[Remark]:
    """By the masks: whether what is missed is smaller than what is found."""
    threshold = evidence.detector.threshold
    marked = [image for image in evidence.images if image.path in evidence.areas]
    missed, found = (
        [evidence.areas[image.path] for image in marked if image.wrong_at(threshold) == wrong]
        for wrong in (True, False)
    )
    if missed and found and np.median(missed) < SMALLER * np.median(found):
        yield Remark(
            "Small defects from nearer",
            f"By their masks, missed defects cover {np.median(missed):.2%} of the image and found ones"
            f" {np.median(found):.2%}. Bring the camera nearer or cut the picture to the part, or train with a larger"
            " --size.",
        )


def _rejected_places(rejected: Sequence[LabelledPrediction]) -> Iterator[Remark]:
    if len(rejected) < SEVERAL:
        return
    (place, count), *_ = Counter(worst_place(image) for image in rejected).most_common(1)
    if count >= max(SEVERAL, TOGETHER * len(rejected)):
        yield Remark(
            f"Good parts that vary at the {place}",
            f"{count} of {len(rejected)} false rejects are most unusual there. If that is harmless (a reflection, a"
            " fixture, loose placement), photograph more good parts with it, or keep it out of the picture.",
        )


def worst_place(image: LabelledPrediction) -> str:
    """In which ninth of the image it is most unusual: `top left` to `centre right` to `bottom right`."""
    height, width = image.anomaly_map.shape
    row, column = np.unravel_index(int(image.anomaly_map.argmax()), (height, width))
    across, down = COLUMNS[int(column) * 3 // width], ROWS[int(row) * 3 // height]
    return across if across == down else f"{down} {across}"


def _light(learned: Sequence[ImageSummary]) -> Iterator[Remark]:
    spread = float(np.std([summary.brightness for summary in learned if not summary.anomalous]))
    if spread < STEADY:
        yield Remark(
            "Good parts in the light of other hours",
            f"The normal images are equally bright within {spread:.1%}. Training itself allows for {BRIGHTNESS:.0%}"
            " more or less; if daylight, shadows or ageing lamps change more than that, photograph under them.",
        )


def _groups(evidence: Evidence) -> Iterator[Remark]:
    named = groups_from_names([summary.path for summary in evidence.learned if not summary.anomalous])
    if named and evidence.basis is Basis.LEFT_OUT and not evidence.grouped_by:
        yield Remark(
            "Figures for groups that were never photographed",
            f"By {named.by}, the normal images are in {len(set(named.groups.tolist()))} groups. Figures hold for these"
            " groups: they leave out one image at a time. python -m linewatch train --leave-groups-out leaves out whole"
            " groups, and shows what to expect of another day, camera or batch.",
        )


def _others(evidence: Evidence) -> Iterator[Remark]:
    if evidence.alike:
        yield Remark("Different parts", "One image of each part rather than several, so that none are near-duplicates.")
    if len(sizes(evidence.learned)) > 1:
        yield Remark("All at one size", "The same camera, distance and crop for every image, as on the line.")


def _proof(evidence: Evidence) -> Iterator[Remark]:
    if evidence.basis is not Basis.TEST:
        yield Remark(
            "A test set",
            "Parts of other days that the detector never saw, in test/normal and test/anomaly:"
            " python -m linewatch evaluate FOLDER --report FILE.html then shows what to expect on the line. About 300"
            " of a kind without a mistake prove that at most about 10 in 1,000 go wrong.",
        )
