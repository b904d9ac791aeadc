"""What the API and the commands answer of shadow runs, as JSON."""

from datetime import datetime

from chalicelib.projects.shadow import Shadow
from chalicelib.promotion.answers import figures_as_json, flip_as_json
from chalicelib.shadow.run import NewShadow, ShadowProgress
from chalicelib.shadow.shapes import ShadowAnswer, ShadowEstimateAnswer, ShadowProgressAnswer


def estimate_as_json(wanted: NewShadow, seconds: float) -> ShadowEstimateAnswer:
    """How much a shadow run is at most."""
    return {"images": wanted.images, "seconds": round(seconds, 1)}


def shadow_as_json(project: str, shadow: Shadow, now: datetime) -> ShadowAnswer:
    """A shadow run as it stands at this time."""
    return {
        "project": project,
        "version": shadow.version,
        "hosted": shadow.hosted,
        "run": shadow.run,
        "state": "running" if shadow.runs(now) else "ended",
        "images": shadow.images,
        "until": _text(shadow.until),
        "started_by": shadow.started_by,
        "started_at": _text(shadow.started_at),
        "ended_at": None if shadow.ended_at is None else _text(shadow.ended_at),
        "end": shadow.end or None,
    }


def progress_as_json(project: str, progress: ShadowProgress, now: datetime) -> ShadowProgressAnswer:
    """What it has judged, with the images that only one of the two versions stops."""
    outcome = progress.outcome
    return {
        **shadow_as_json(project, progress.shadow, now),
        "judged": progress.judged,
        "gone": outcome.gone,
        "unjudged": outcome.unjudged,
        "figures": None if outcome.figures is None else figures_as_json(outcome.figures),
        "flips": [flip_as_json(each) for each in outcome.flips],
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
