"""A proposed version is promoted by the project's policy if it proves itself; if not, the policy says why."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.core.events import ModelPromoted
from chalicelib.core.verdict import Label
from chalicelib.projects.policy import POLICY_ASKS
from chalicelib.promotion.compare import Progress
from chalicelib.promotion.decision import chance
from chalicelib.promotion.policy import Least, set_policy, show_policy
from tests.projects.mortal import deaths
from tests.projects.world import ADMIN, OPERATOR, line
from tests.promotion.world import DENT, GOOD, SCRATCH, Plant, a_plant


def a_proof(*, scratches: int = 5, good: int = 5, images: int = 12, bad_parts: int = 5) -> Plant:
    """Version 2, trained here, sees scratches; people called them anomalous. The policy asks for so much."""
    plant = a_plant(versions=1)
    plant.world.train()
    plant.set_policy(images=images, bad_parts=bad_parts)
    plant.world.clock.pass_by(60)
    for number in range(scratches):
        plant.review(plant.inspect(f"scratch-{number}", SCRATCH), Label.ANOMALOUS)
    for number in range(good):
        plant.review(plant.inspect(f"good-{number}", GOOD), Label.NORMAL)
    plant.inspect("dent", DENT)
    plant.inspect("more", GOOD)
    return plant


def reasons(progress: Progress) -> str:
    assert progress.decision is not None
    assert not progress.decision.promoted
    return "; ".join(progress.decision.reasons)


def test_a_version_that_proves_itself_is_promoted_with_the_figures_and_without_a_person() -> None:
    plant = a_proof()
    progress = plant.compared(proposes=True)
    assert progress.decision is not None
    assert progress.decision.promoted
    plant.world.follow()
    assert plant.world.live.live == {"plates": "2"}
    [event] = [each for each in plant.world.bus.published if isinstance(each, ModelPromoted)]
    assert (event.asked_by, event.comparison) == (POLICY_ASKS, progress.comparison.comparison_id)
    assert event.reason == (
        "12 images judged by both; of 5 bad parts with a review that it has not learned from it passes 0, the hosted"
        " version 5; only it is right in 5 images, only the hosted version in 0"
    )


def test_a_comparison_that_proposes_nothing_promotes_nothing() -> None:
    plant = a_proof()
    assert plant.compared().decision is None
    assert plant.world.live.live == {"plates": "1"}


def test_without_a_policy_a_person_decides() -> None:
    plant = a_proof()
    set_policy("plates", None, ADMIN, registry=plant.world.registry, clock=plant.world.clock)
    assert plant.compared(proposes=True).decision is None
    assert plant.world.record.models[2].switch is None


@pytest.mark.parametrize(
    ("plant", "why"),
    [
        (lambda: a_proof(images=13), "both versions judged 12 images; the policy asks for 13"),
        (lambda: a_proof(bad_parts=6), "5 bad parts have a review that the version has not learned from; the policy"),
        (lambda: a_proof(scratches=4, images=4, bad_parts=4), "by chance alone that comes with a probability of 0.06"),
    ],
)
def test_too_little_proof_promotes_nothing_and_says_what_is_missing(plant: Callable[[], Plant], why: str) -> None:
    proof = plant()
    assert why in reasons(proof.compared(proposes=True))
    assert proof.world.record.models[2].switch is None


def test_one_more_escape_is_too_many_however_many_false_rejects_are_gone() -> None:
    plant = a_proof()
    plant.models.versions["1"].words, plant.models.versions["2"].words = (DENT, SCRATCH, GOOD), (DENT,)
    for name in [*plant.table.items]:
        plant.table.items[name] = replace(plant.table.items[name], model_version="9")
    assert "of these it passes 5, the hosted version 0" in reasons(plant.compared(proposes=True))


def test_reviews_that_the_version_has_learned_from_speak_for_nothing() -> None:
    plant = a_plant(versions=1)
    images = [plant.inspect(f"scratch-{number}", SCRATCH) for number in range(9)]
    for each in images:
        plant.review(each, Label.ANOMALOUS)
    plant.world.entries.bucket = images[0].bucket
    plant.world.update_entries("\n".join(_entry(each.bucket, each.key) for each in images[:8]).encode())
    plant.world.train()
    plant.set_policy(images=1, bad_parts=2)
    plant.world.clock.pass_by(60)
    assert reasons(plant.compared(proposes=True)).startswith("1 bad parts have a review that the version has not")


def _entry(bucket: str, key: str) -> str:
    return line(0, "anomaly").replace("s3://bucket/images/plates/0.png", f"s3://{bucket}/{key}")


def test_of_an_imported_version_it_is_not_known_what_it_has_learned() -> None:
    plant = a_plant()
    plant.set_policy(images=1, bad_parts=1)
    plant.world.clock.pass_by(60)
    plant.review(plant.inspect("a", SCRATCH), Label.ANOMALOUS)
    assert reasons(plant.compared(proposes=True)).startswith("0 bad parts have a review that the version has not")


def test_a_comparison_from_before_the_policy_is_left_to_people() -> None:
    plant = a_proof()
    comparison = plant.begin(proposes=True)
    plant.world.clock.pass_by(60)
    plant.set_policy(images=1, bad_parts=1)
    plant.work_all()
    assert plant.show(comparison).decision is None


def test_if_another_version_is_hosted_by_then_nothing_is_promoted() -> None:
    plant = a_proof()
    plant.world.import_model()
    plant.models.versions["3"] = plant.models.versions["1"]
    comparison = plant.begin(proposes=True)
    plant.promote("3", unseen=True)
    plant.world.follow()
    plant.work_all()
    assert "it was compared with version 1; now version 3 is hosted" in reasons(plant.show(comparison))


def test_a_worker_that_dies_anywhere_is_followed_by_one_who_promotes_once() -> None:
    for death in deaths():
        plant = a_proof(good=0, images=7)
        comparison = plant.begin(proposes=True)
        while plant.queue.waiting and not plant.work(death):
            pass
        plant.world.follow()
        plant.work_all()
        plant.world.follow()
        progress = plant.show(comparison)
        assert progress.decision is not None
        assert progress.decision.promoted
        assert plant.world.live.live == {"plates": "2"}
        assert len({each.event_id for each in plant.world.bus.published if isinstance(each, ModelPromoted)}) == 1


def test_a_delivery_that_comes_after_a_roll_back_does_not_promote_again() -> None:
    plant = a_proof()
    comparison = plant.begin(proposes=True)
    last = plant.queue.waiting[0]
    plant.work_all()
    plant.world.follow()
    plant.files.decisions.clear()
    plant.world.roll_back_model()
    plant.world.follow()
    plant.queue.waiting.append(last)
    plant.work_all()
    assert plant.world.live.live == {"plates": "1"}
    assert plant.show(comparison).decision is not None


def test_the_policy_is_set_by_an_admin_and_read_by_all() -> None:
    plant = a_plant()
    registry, clock = plant.world.registry, plant.world.clock
    assert show_policy("plates", replace(ADMIN, role=Role.VIEWER), registry=registry) is None
    with pytest.raises(Forbidden):
        set_policy("plates", Least(), OPERATOR, registry=registry, clock=clock)
    with pytest.raises(InvalidRequest, match="bad_parts"):
        set_policy("plates", Least(bad_parts=0), ADMIN, registry=registry, clock=clock)
    known = set_policy("plates", Least(), ADMIN, registry=registry, clock=clock)
    clock.pass_by(60)
    assert set_policy("plates", Least(), ADMIN, registry=registry, clock=clock) == known
    assert known is not None
    assert (known.images, known.bad_parts, known.set_by) == (500, 20, "a1")


def test_the_sign_test_is_exact() -> None:
    assert (chance(0, 0), chance(5, 0), chance(9, 1)) == (1.0, 1 / 32, 11 / 1024)
