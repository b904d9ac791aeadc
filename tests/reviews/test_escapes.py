"""What the sample shows of escapes."""

from math import comb
from random import Random
from typing import Any

import pytest

from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import reviewed
from chalicelib.reviews.domain import Review
from chalicelib.reviews.escapes import Escapes, escapes_by_version, together
from tests.support.builders import NOON, an_inspection


def a_review(label: Label = Label.NORMAL, *, drawn: bool = True, **changes: Any) -> Review:
    shift = NOON if drawn else None
    return Review.of(
        reviewed(an_inspection(**changes), label, kind=None, comment=None, by="ann", at=NOON, drawn_in=shift)
    )


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


def test_only_passed_parts_that_were_drawn_count_by_the_version_that_passed_them() -> None:
    reviews = [
        *(a_review(model_version="7") for _ in range(19)),
        a_review(Label.ANOMALOUS, model_version="7"),
        a_review(model_version="8"),
        a_review(Label.ANOMALOUS, drawn=False, model_version="8"),
        a_review(verdict=Verdict.ANOMALOUS),
        a_review(Label.ANOMALOUS, verdict=Verdict.UNFAMILIAR, confidence=None, model_version=None),
    ]
    found = escapes_by_version(reviews)
    assert found == {"7": Escapes(20, 1), "8": Escapes(1, 0)}
    assert together(found.values()) == Escapes(21, 1)
    assert together([]) == Escapes()
