"""How well people agree who do not see each other's answer."""

from collections import Counter
from collections.abc import Sequence

import pytest

from chalicelib.core.answer import Answer
from chalicelib.core.verdict import Label, Verdict
from chalicelib.reviews.agreement import Agreement, agreement_of, blind_answers, cohens_kappa
from tests.support.builders import NOON

GOOD, BAD = Label.NORMAL, Label.ANOMALOUS


def history(*said: tuple[str, Label], people: int = 2, withdrawn: Sequence[int] = ()) -> list[Answer]:
    return [
        Answer(
            revision=number + 2,
            label=label,
            reviewed_by=by,
            reviewed_at=NOON,
            verdict=Verdict.NORMAL,
            people=people,
            withdrawn_at=NOON if number in withdrawn else None,
        )
        for number, (by, label) in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ((20, 5, 10, 15), 0.4),
        ((45, 15, 25, 15), 0.1304),
        ((25, 35, 5, 35), 0.2593),
        ((10, 0, 0, 10), 1.0),
        ((0, 5, 5, 0), -1.0),
        ((7, 0, 0, 0), None),
        ((0, 0, 0, 0), None),
        ((7, 0, 3, 0), 0.0),
    ],
)
def test_kappa_is_cohens(counts: tuple[int, int, int, int], kappa: float | None) -> None:
    """The first three are the examples of the literature."""
    pairs = [(BAD, BAD), (BAD, GOOD), (GOOD, BAD), (GOOD, GOOD)]
    found = cohens_kappa(Counter(dict(zip(pairs, counts, strict=True))))
    assert found == (None if kappa is None else pytest.approx(kappa, abs=1e-4))


@pytest.mark.parametrize(
    ("answers", "blind"),
    [
        (history(("ann", BAD), ("bob", GOOD)), {"ann": BAD, "bob": GOOD}),
        (history(("ann", BAD), ("bob", GOOD), ("bob", BAD)), {"ann": BAD, "bob": GOOD}),
        (history(("ann", BAD), ("ann", GOOD), ("bob", GOOD)), {"ann": GOOD, "bob": GOOD}),
        (history(("ann", BAD), ("bob", GOOD), ("ann", GOOD)), {"ann": BAD, "bob": GOOD}),
        (history(("ann", BAD), ("bob", GOOD), withdrawn=[0]), {"bob": GOOD}),
        (history(("ann", BAD), ("bob", GOOD), people=1), {}),
    ],
)
def test_who_has_seen_another_answer_is_not_blind_any_more(answers: list[Answer], blind: dict[str, Label]) -> None:
    assert blind_answers(answers) == blind


def test_pairs_have_their_counts_those_with_most_images_first() -> None:
    found = agreement_of(
        [
            history(("bob", BAD), ("ann", BAD)),
            history(("ann", GOOD), ("bob", GOOD)),
            history(("ann", GOOD), ("carl", GOOD)),
            history(("ann", GOOD)),
            [],
        ]
    )
    assert found == [Agreement(("ann", "bob"), 2, 2, 1.0), Agreement(("ann", "carl"), 1, 1, None)]
