"""A lake by chance, and what each named query must answer, counted in Python from the events."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection, Verdict, confidence_of
from chalicelib.lake.domain import Partition
from chalicelib.promotion.domain import JUDGED, STOPPED
from tests.lake.samples import an_inspection

MIDNIGHT = datetime(2026, 3, 15, tzinfo=UTC)
PLACES = [("plates", "L1"), ("plates", "07"), ("rings", "L1"), ("rings_2", "line.3")]
VERDICTS = [*Verdict, Verdict.NORMAL, Verdict.NORMAL, Verdict.ANOMALOUS]
BANDS = ((0.9, "1 very high"), (0.7, "2 high"), (0.5, "3 medium"), (0.2, "4 low"))

type Row = tuple[Any, ...]


def events(seed: int, images: int = 60) -> list[AnyInspectionEvent]:
    """All events of these images, in any order, some twice: failed first, judged, judged again, reviewed, shadow runs.

    The images are captured within the hours around a midnight.
    """
    chance = Random(seed)
    made = [event for number in range(images) for event in _history(number, chance)]
    made += chance.choices(made, k=images // 2)
    chance.shuffle(made)
    return made


def _history(number: int, chance: Random) -> list[AnyInspectionEvent]:
    project, line = chance.choice(PLACES)
    at = MIDNIGHT + chance.choice([timedelta(0), -timedelta(microseconds=1), timedelta(hours=chance.uniform(-30, 30))])
    place: dict[str, Any] = {
        "project": project,
        "line": line,
        "camera": chance.choice(["cam-1", "cam-2"]),
        "captured_at": at,
        "key": f"images/{project}/{line}/cam-1/{at.date()}/image-{number}",
    }
    revisions = [
        _judged(number, chance, **place, revision=revision, inspected_at=at + timedelta(minutes=revision + 1))
        for revision in range(1, chance.choice([2, 2, 3]))
    ]
    if chance.random() < 0.2:
        revisions.append(_failed(number, **place))
    if chance.random() < 0.3:
        label = chance.choice(["normal", "anomalous"])
        reviewed = {
            "review_label": label,
            "review_kind": "dent",
            "reviewed_by": "=inspector",
            "reviewed_at": at + timedelta(days=1),
        }
        revisions.append(_judged(number, chance, **place, **reviewed, revision=9))
    runs = [f"shadow#{version}" for version in (8, 9) if chance.random() < 0.2]
    revisions += [_judged(number, chance, **place, run=run, revision=1) for run in runs]
    return [event_of(each) for each in revisions]


def _judged(number: int, chance: Random, **changes: Any) -> Inspection:
    verdict = chance.choice([each for each in VERDICTS if each != Verdict.FAILED])
    probability = None if verdict in {Verdict.UNFAMILIAR, Verdict.REJECTED} else chance.choice([0.05, 0.1, 0.4, 0.85])
    confidence = None if probability is None else confidence_of(probability)
    return an_inspection(number, verdict=verdict, anomaly_probability=probability, confidence=confidence, **changes)


def _failed(number: int, **changes: Any) -> Inspection:
    """Before the image was read: the time of capture is not known yet."""
    later = {"captured_at": changes["captured_at"] + timedelta(days=1)}
    return an_inspection(number, verdict=Verdict.FAILED, **changes | later, revision=0, confidence=None)


def valid(made: Iterable[AnyInspectionEvent]) -> list[Inspection]:
    """The newest of each inspection of the production line."""
    return [each for (_, run), each in _newest(made).items() if run == "live"]


def _newest(made: Iterable[AnyInspectionEvent]) -> dict[tuple[str, str], Inspection]:
    newest: dict[tuple[str, str], AnyInspectionEvent] = {}
    for event in made:
        key = event.inspection.inspection_id, event.inspection.run
        if key not in newest or _rank(newest[key]) < _rank(event):
            newest[key] = event
    return {key: event.inspection for key, event in newest.items()}


def _rank(event: AnyInspectionEvent) -> tuple[int, datetime]:
    return event.inspection.revision, event.occurred_at


def answers(made: Iterable[AnyInspectionEvent], first: date, last: date, project: str) -> dict[str, list[Row]]:
    """The rows of each named query."""
    asked = [each for each in valid(made) if first <= Partition.of(each).day <= last and project in {"", each.project}]
    parts = [each for each in asked if each.verdict in {Verdict.NORMAL, Verdict.ANOMALOUS}]
    reviewed = [each for each in asked if each.review_label is not None]
    return {
        "by-line": _grouped(asked, lambda each: (each.project, each.line), _all_verdicts),
        "by-camera": _grouped(asked, lambda each: (each.project, each.line, each.camera), _all_verdicts),
        "verdicts": _grouped(asked, lambda each: (each.project, each.verdict.value), _number),
        "over-time": _grouped(asked, lambda each: (each.project, _hour(each.captured_at)), _parts),
        "heat-map": _grouped(asked, lambda each: (each.project, each.line, each.captured_at.hour), _parts),
        "confidence-bands": _grouped(parts, lambda each: (each.project, each.verdict.value, _band(each)), _number),
        "escapes": _grouped(reviewed, lambda each: (each.project, each.line), _escapes),
        "shadow-runs": _shadow_runs(made, {each.inspection_id for each in asked}),
    }


def _shadow_runs(made: Iterable[AnyInspectionEvent], asked: Container[str]) -> list[Row]:
    """Of the images that were asked for: those that were judged on the line and in a shadow run."""
    newest = _newest(made)
    judged = {key: each for key, each in newest.items() if key[0] in asked and each.verdict in JUDGED}
    pairs = [
        (judged[name, "live"], each)
        for (name, run), each in judged.items()
        if run != "live" and (name, "live") in judged
    ]
    groups = defaultdict(list)
    for live, shadow in pairs:
        groups[live.project, shadow.run, live.model_version].append((live, shadow))
    return [(*group, *_beside(groups[group])) for group in sorted(groups, key=str)]


def _beside(pairs: Sequence[tuple[Inspection, Inspection]]) -> Row:
    stops = [(live.verdict in STOPPED, shadow.verdict in STOPPED) for live, shadow in pairs]
    counts = [len(stops), sum(live for live, _ in stops), sum(shadow for _, shadow in stops)]
    counts += [stops.count((False, True)), stops.count((True, False))]
    for label, wrong in (("anomalous", False), ("normal", True)):
        of_label = [stop for (live, _), stop in zip(pairs, stops, strict=True) if live.review_label == label]
        counts += [len(of_label), *(sum(stop[place] is wrong for stop in of_label) for place in (0, 1))]
    return tuple(counts)


def _grouped(
    inspections: Iterable[Inspection], key: Callable[[Inspection], Row], summary: Callable[[Sequence[Inspection]], Row]
) -> list[Row]:
    groups = defaultdict(list)
    for each in inspections:
        groups[key(each)].append(each)
    return [(*group, *summary(groups[group])) for group in sorted(groups)]


def _number(group: Sequence[Inspection]) -> Row:
    return (len(group),)


def _count(group: Sequence[Inspection], verdict: Verdict) -> int:
    return sum(each.verdict == verdict for each in group)


def _share(group: Sequence[Inspection]) -> float | None:
    anomalous, normal = _count(group, Verdict.ANOMALOUS), _count(group, Verdict.NORMAL)
    return round(anomalous / (anomalous + normal), 4) if anomalous + normal else None


def _parts(group: Sequence[Inspection]) -> Row:
    return len(group), _count(group, Verdict.NORMAL), _count(group, Verdict.ANOMALOUS), _share(group)


def _all_verdicts(group: Sequence[Inspection]) -> Row:
    return len(group), *(_count(group, verdict) for verdict in Verdict), _share(group)


def _escapes(group: Sequence[Inspection]) -> Row:
    passed = [each.review_label == "anomalous" for each in group if each.verdict is Verdict.NORMAL]
    refused = [each.review_label == "normal" for each in group if each.verdict is Verdict.ANOMALOUS]
    shares = (round(sum(each) / len(each), 4) if each else None for each in (passed, refused))
    return len(group), len(passed), sum(passed), len(refused), sum(refused), *shares


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _band(inspection: Inspection) -> str:
    confidence = inspection.confidence
    assert confidence is not None
    for least, name in BANDS:
        if confidence > least or (confidence == least and least != 0.7):
            return name
    return "5 very low"
