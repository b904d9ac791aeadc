"""What the sample shows of escapes, and when people agree."""

from dataclasses import replace
from math import comb
from random import Random

import pytest

from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import is_sampled, reviewed
from chalicelib.reviews.domain import Review
from chalicelib.reviews.sampling import Escapes, agreed, escapes_of
from tests.support.builders import NOON, an_inspection

SAMPLED = [name for name in map("part-{}".format, range(40_000)) if is_sampled(name)]


def a_review(name: str, label: Label = Label.NORMAL, **changes: object) -> Review:
    inspection = an_inspection("a", inspection_id=name, **changes)
    return Review.of(reviewed(inspection, label, kind=None, comment=None, by="ann", at=NOON))


@pytest.mark.parametrize(("escapes", "of"), [(0, 7500), (3, 400), (1, 10), (10, 10_000)])
def test_the_bound_is_that_of_clopper_and_pearson(escapes: int, of: int) -> None:
    """The share at which so few escapes have a probability of 5 %."""
    share = Escapes(of, escapes).at_most
    as_few = sum(comb(of, count) * share**count * (1 - share) ** (of - count) for count in range(escapes + 1))
    assert as_few == pytest.approx(0.05, rel=1e-6)


def test_7500_parts_without_an_escape_show_at_most_4_in_10000() -> None:
    assert str(Escapes(7500, 0)) == "at most 4 in 10,000 (95 %): 0 of 7,500 reviewed"
    assert str(Escapes(0, 0)) == "no part of the sample is reviewed"
    assert Escapes(5, 5).at_most == 1


def test_the_bound_holds_in_95_of_100_samples() -> None:
    chance, share, of = Random(4), 0.02, 300
    held = sum(Escapes(of, sum(chance.random() < share for _ in range(of))).at_most >= share for _ in range(400))
    assert held / 400 >= 0.93


def test_only_confidently_passed_parts_that_the_sample_chose_count() -> None:
    sampled = [a_review(name) for name in SAMPLED[:20]]
    escape = replace(sampled[0], label=Label.ANOMALOUS)
    others = [
        a_review("part-0" if not is_sampled("part-0") else "part-1", Label.ANOMALOUS),
        a_review(SAMPLED[30], Label.ANOMALOUS, confidence=0.1),
        a_review(SAMPLED[31], verdict=Verdict.ANOMALOUS),
        a_review(SAMPLED[32], Label.ANOMALOUS, verdict=Verdict.UNFAMILIAR, confidence=None),
    ]
    assert escapes_of([escape, *sampled[1:], *others]) == Escapes(20, 1)


def test_people_agree_when_the_last_answers_of_two_are_the_same() -> None:
    said = [("ann", Label.NORMAL), ("ann", Label.ANOMALOUS), ("bob", Label.NORMAL), ("bob", Label.ANOMALOUS)]
    inspection, found = an_inspection(), []
    for by, label in said:
        inspection = reviewed(inspection, label, kind=None, comment=None, by=by, at=NOON)
        found.append(agreed(inspection.answers))
    assert found == [None, None, None, Label.ANOMALOUS]
    assert agreed(inspection.answers, people=3) is None
    assert agreed(()) is None
