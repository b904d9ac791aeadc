"""Comparisons of versions in the plant, as the workers leave them."""

from itertools import cycle

from chalicelib.core.inspection import Verdict
from chalicelib.core.verdict import Label
from chalicelib.promotion.compare import Wanted
from chalicelib.promotion.domain import Comparison, Judged, Plan, outcome_of
from tests.page.plant import PROJECT, Plant

LABELS = (Label.ANOMALOUS, Label.NORMAL, None)


def begun(plant: Plant, version: int = 2) -> Comparison:
    """A comparison that nobody works on yet."""
    return plant.linewatch.promotion.begin_comparison(PROJECT, Wanted(version=str(version)), plant.operator)


def half_done(plant: Plant, comparison: Comparison) -> None:
    """It has a plan, and one of its two parts is judged."""
    plan = Plan(images=40, reviewed=9, predictions=46, seconds=75.0, parts=2)
    plant.comparisons.settle_plan(comparison, plan)
    plant.comparisons.put_result(comparison, 0, [])


def ended(plant: Plant, comparison: Comparison, *, reviewed: bool = True) -> None:
    """It has an outcome: the versions say the same of every normal image, and differ on all others."""
    labels = cycle(LABELS)
    judged = []
    for each in plant.inspections.items.values():
        bad = each.verdict is not Verdict.NORMAL
        now = Verdict.ANOMALOUS if bad and each.verdict is not Verdict.REJECTED else Verdict.NORMAL
        was = Verdict.NORMAL if now is Verdict.ANOMALOUS or each.verdict is Verdict.NORMAL else Verdict.ANOMALOUS
        label = next(labels) if reviewed and bad else None
        judged.append(Judged(inspection_id=each.inspection_id, key=each.key, label=label, candidate=now, hosted=was))
    half_done(plant, comparison)
    plant.comparisons.put_outcome(comparison, outcome_of(judged, comparison.asked_at))
