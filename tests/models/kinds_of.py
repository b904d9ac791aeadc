"""The kinds of the anomalies of one part of a set."""

from chalicelib.models.dataset import Labelled


def kinds_of(images: Labelled) -> list[str | None]:
    """In the order of the anomalies; None where the set does not say it."""
    return [images.kinds.get(path) for path in images.anomaly.paths]
