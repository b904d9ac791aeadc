"""Whether the light alone separates anomalous images from normal ones: a detector may then have learned the light."""

from collections.abc import Sequence

from chalicelib.vision.metrics import auroc

SEPARATING = 0.95  # AUROC from which the light alone separates anomalies from normals
ENOUGH = 5  # images of each kind to say so


def light_apart(brightness: Sequence[float], truths: Sequence[bool]) -> str:
    """`brighter` or `darker` if anomalous images are so nearly always, and else nothing."""
    if min(sum(truths), len(truths) - sum(truths)) < ENOUGH:
        return ""
    ranked = auroc(brightness, truths)
    if ranked is None or max(ranked, 1 - ranked) < SEPARATING:
        return ""
    return "brighter" if ranked > 0.5 else "darker"
