"""How well reviewers agree who look at the same image without seeing each other's answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.core.answer import Answer
from chalicelib.core.verdict import Label


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people who looked at the same `both` images, and said the `same` of some."""

    people: tuple[str, str]
    both: int
    same: int
    kappa: float | None
    """Cohen's kappa; None if it is not defined, because both gave all images the same one label."""


def blind_answers(answers: Sequence[Answer]) -> dict[str, Label]:
    """What people said before they could see what another one said, by person.

    Who has answered sees the other answers. So only a person's first answer counts, or later ones while nobody else had
    answered; and only answers that were given while several people had to agree.
    """
    found: dict[str, Label] = {}
    seen: set[str] = set()
    for each in answers:
        sees_another = each.reviewed_by in seen and len(seen) > 1
        if each.people > 1 and each.withdrawn_at is None and not sees_another:
            found[each.reviewed_by] = each.label
        seen.add(each.reviewed_by)
    return found


def agreement_of(histories: Iterable[Sequence[Answer]]) -> list[Agreement]:
    """The agreement of each pair of people, those with most images first. `histories` are the answers of each image."""
    tables: defaultdict[tuple[str, str], Counter[tuple[Label, Label]]] = defaultdict(Counter)
    for history in histories:
        said = sorted(list(blind_answers(history).items())[:2])
        if len(said) == 2:
            (one, first), (other, second) = said
            tables[one, other][first, second] += 1
    found = [_agreement(people, table) for people, table in tables.items()]
    return sorted(found, key=lambda each: (-each.both, each.people))


def _agreement(people: tuple[str, str], table: Counter[tuple[Label, Label]]) -> Agreement:
    both = table.total()
    same = sum(count for (one, other), count in table.items() if one is other)
    return Agreement(people, both, same, cohens_kappa(table))


def cohens_kappa(table: Counter[tuple[Label, Label]]) -> float | None:
    """(observed - expected) / (1 - expected) agreement; None if the expected one is 1, or nothing is counted.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
    """
    total = table.total()
    first, second = Counter[Label](), Counter[Label]()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    observed = sum(table[label, label] for label in Label) * total
    expected = sum(first[label] * second[label] for label in Label)
    return None if expected == total * total else (observed - expected) / (total * total - expected)
