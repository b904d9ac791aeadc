"""The report as one HTML file that asks nothing of any network."""

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.reports.training import figures
from chalicelib.reports.training.advice import advice, missed_by_kind
from chalicelib.reports.training.data_warnings import data_warnings
from chalicelib.reports.training.evidence import Basis, Evidence
from chalicelib.reports.training.pictures import MOST_CLOSE, MOST_WRONG, alike_pictures, picture_of
from chalicelib.reports.training.predictions import (
    ConfusionCounts,
    LabelledPrediction,
    close_calls,
    confusion_counts,
    escapes,
    false_rejects,
)
from chalicelib.reports.training.survey import sizes
from chalicelib.reports.training.thresholds import moved_thresholds
from chalicelib.vision import metrics
from chalicelib.vision.grey_bits import grey_bits_of

DEFECT_RATES = (0.001, 0.01, 0.05)


def page(evidence: Evidence) -> bytes:
    """The same evidence always makes the same bytes."""
    environment = Environment(
        loader=PackageLoader("chalicelib.reports.training"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    now = confusion_counts(evidence.images, evidence.detector.threshold)
    html = environment.get_template("page.html").render(
        evidence=evidence,
        tested=evidence.basis is Basis.TEST,
        now=now,
        conclusion=evidence.conclusion,
        line=on_the_line(now),
        thresholds=moved_thresholds(evidence.images, evidence.detector.threshold),
        kinds=missed_by_kind(evidence.images, evidence.detector.threshold),
        sizes=sizes(evidence.learned),
        data_warnings=data_warnings(evidence),
        advice=advice(evidence),
        **_figures(evidence.images, now),
        **_pictures(evidence),
    )
    return html.encode("utf-8", "replace")


def _figures(images: Sequence[LabelledPrediction], now: ConfusionCounts) -> dict[str, Any]:
    """The curves, which need images of both kinds, and the histogram, which does not."""
    probabilities, truths = figures.values(images)
    charts: dict[str, Markup | None] = {"roc": None, "precision_recall": None, "reliability": None}
    if now.escapes.of and now.false_rejects.of:
        charts = {
            "roc": figures.roc_curve(images, now),
            "precision_recall": figures.precision_recall_curve(images, now),
            "reliability": figures.reliability_diagram(images),
        }
    return {
        **charts,
        "histogram": figures.histogram(images, now.threshold),
        "auroc": metrics.auroc(probabilities, truths),
        "average_precision": metrics.average_precision(probabilities, truths),
        "brier": metrics.brier(probabilities, truths),
        "ece": metrics.expected_calibration_error(probabilities, truths),
    }


def _pictures(evidence: Evidence) -> dict[str, Any]:
    """Thumbnails of the mistakes, the surest first, and of the closest right verdicts."""
    threshold, level = evidence.detector.threshold, evidence.detector.mask_level
    bits = grey_bits_of(evidence.detector.metadata)

    def several(images: Sequence[LabelledPrediction], most: int) -> list[Any]:
        return [picture_of(image, level, bits) for image in images[:most]]

    return {
        "escape_pictures": several(escapes(evidence.images, threshold), MOST_WRONG),
        "false_reject_pictures": several(false_rejects(evidence.images, threshold), MOST_WRONG),
        "close_pictures": several(close_calls(evidence.images, threshold), MOST_CLOSE),
        "alike_pictures": alike_pictures(evidence.alike, bits),
    }


def on_the_line(now: ConfusionCounts) -> list[dict[str, Any]]:
    """Of 1,000 parts, at usual rates of defects: how many escape, how many good ones are rejected, with bounds.

    And the share of what is rejected that is rightly so, from the worst of both bounds to the best.
    """
    escape_shares, reject_shares = ((rate.share, *rate.bounds) for rate in (now.escapes, now.false_rejects))
    rows = []
    for defective in DEFECT_RATES:
        escaped = [1000 * defective * share for share in escape_shares]
        rejected = [1000 * (1 - defective) * share for share in reject_shares]
        found = [1000 * defective - each for each in escaped]
        right = [rightly(found[0], rejected[0]), rightly(found[2], rejected[2]), rightly(found[1], rejected[1])]
        rows.append({"defective": round(1000 * defective), "escaped": escaped, "rejected": rejected, "right": right})
    return rows


def rightly(found: float, rejected: float) -> float:
    """Per cent of rejected parts that are defective; 0 when none is rejected."""
    return 100 * found / (found + rejected) if found + rejected else 0.0


def number(value: float) -> str:
    """No more digits than there is knowledge: whole numbers from 3 on, down to hundredths below."""
    if 0 < value < 0.01:
        return "< 0.01"
    digits = 0 if value >= 3 or value == 0 else 1 if value >= 0.1 else 2
    return f"{value:.{digits}f}"
