"""The CloudWatch metrics of Amazon Lookout for Vision, by its names: for each call of DetectAnomalies, by version."""

from collections.abc import Callable
from time import perf_counter

from chalicelib.aws.observability import log_event
from chalicelib.core.errors import UnprocessableImage
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DetectedVerdict
from chalicelib.projects.domain import ModelVersion

_REFUSALS: dict[type[Exception], str] = {UnprocessableImage: "InvalidImageCount", Throttled: "ThrottledCount"}


def measured(detect: Callable[[], DetectedVerdict], model: ModelVersion) -> DetectedVerdict:
    """What `detect` returns; its outcome is logged as metrics, one line a call."""
    started = perf_counter()
    try:
        verdict = detect()
    except Exception as error:
        _log(model, {_REFUSALS.get(type(error), "ErrorCount"): 1})
        raise
    counts = {"SuccessfulRequestCount": 1, "ProcessedImageCount": 1}
    counts |= {"DetectedAnomalyCount": 1} if verdict.anomalous else {}
    _log(model, {**counts, "Time": round((perf_counter() - started) * 1000)})
    return verdict


def not_measured(detect: Callable[[], DetectedVerdict], _model: ModelVersion) -> DetectedVerdict:
    """What `detect` returns."""
    return detect()


def _log(model: ModelVersion, metrics: dict[str, float]) -> None:
    by = {"ProjectName": model.project, "ModelVersion": str(model.version)}
    log_event("measured", metrics=metrics, dimensions=tuple(by), **by)
