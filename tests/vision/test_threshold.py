"""Where a threshold is moved to, and what to expect there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from chalicelib.vision.costs import Costs
from chalicelib.vision.detector import Detector
from chalicelib.vision.threshold import (
    CannotShow,
    expected,
    expected_cost,
    for_costs,
    for_escape_rate,
    moved_to,
    percent,
    rounded_up,
)
from chalicelib.vision.training.train import Training
from tests.vision.drawn import part


@pytest.fixture(name="base")
def base_(from_normals: Training) -> Detector:
    """Any detector: the tests replace its left-out probabilities."""
    return from_normals.detector


def with_left_out(detector: Detector, normal: Sequence[float], anomaly: Sequence[float], at: float = 0.5) -> Detector:
    return replace(detector, left_out_normal=np.array(normal), left_out_anomaly=np.array(anomaly), threshold=at)


def test_an_image_at_the_threshold_is_normal_and_one_above_it_anomalous(base: Detector) -> None:
    photo = part(7)
    chance = base.inspect(photo).anomaly_probability
    assert not moved_to(base, chance).inspect(photo).anomalous
    assert moved_to(base, float(np.nextafter(chance, 0))).inspect(photo).anomalous


def test_training_images_at_the_threshold_are_expected_to_be_called_normal(base: Detector) -> None:
    counts = expected(with_left_out(base, [0.25, 0.5, 0.75], [0.25, 0.5, 0.75, 1.0]))
    assert (counts.false_rejects, counts.escapes) == (1, 2)


def test_an_escape_rate_holds_by_the_upper_bound_of_what_was_shown(base: Detector) -> None:
    anomalies = np.linspace(0.3, 0.98, 35).tolist()
    for rate in (0.09, 0.2, 0.4):
        at = for_escape_rate(with_left_out(base, [0.1, 0.95], anomalies), rate)
        assert expected(with_left_out(base, [0.1, 0.95], anomalies, at)).escape_bound <= rate
        laxer = expected(with_left_out(base, [0.1, 0.95], anomalies, at + 0.03))
        assert laxer.escape_bound > rate


def test_few_images_cannot_show_a_small_escape_rate_and_the_message_says_how_many_can(base: Detector) -> None:
    with pytest.raises(
        CannotShow, match=r"32 anomalies can show at most 8\.9 %.* 1 % needs 299 .*--escape-rate 0\.09,"
    ):
        for_escape_rate(with_left_out(base, [0.1], [0.9] * 32), 0.01)
    with pytest.raises(CannotShow, match="0 % cannot be shown"):
        for_escape_rate(with_left_out(base, [0.1], [0.9] * 32), 0)
    with pytest.raises(CannotShow, match="without anomalies"):
        for_escape_rate(with_left_out(base, [0.1], []), 0.5)


def test_the_rate_that_a_message_asks_for_can_be_shown(base: Detector) -> None:
    for count in (3, 10, 32, 57):
        detector = with_left_out(base, [0.1], [0.9] * count)
        with pytest.raises(CannotShow) as refused:
            for_escape_rate(detector, 0.001)
        rate = float(str(refused.value).split("--escape-rate ")[1].split(",")[0])
        assert for_escape_rate(detector, rate) == 0.5


def test_a_threshold_becomes_laxer_only_where_it_saves_a_normal(base: Detector) -> None:
    apart = with_left_out(base, [0.1, 0.2], [0.9] * 40)
    assert for_escape_rate(apart, 0.1) == 0.5
    rejecting = with_left_out(base, [0.1, 0.6, 0.95], [0.9] * 40)
    assert for_escape_rate(rejecting, 0.1) == 0.6


def test_the_cheapest_threshold_depends_on_the_prices(base: Detector) -> None:
    detector = with_left_out(base, np.linspace(0, 0.7, 60).tolist(), np.linspace(0.4, 1, 60).tolist())
    careful = for_costs(detector, Costs(escape=1000, reject=1, defect_share=0.05))
    lenient = for_costs(detector, Costs(escape=1, reject=10, defect_share=0.05))
    assert careful < 0.41
    assert lenient >= 0.7


def test_no_other_threshold_is_cheaper(base: Detector) -> None:
    rng = np.random.default_rng(5)
    detector = with_left_out(base, rng.beta(2, 5, 40).tolist(), rng.beta(5, 2, 30).tolist())
    for costs in (Costs(50, 2, 0.02), Costs(5, 5, 0.5), Costs(400, 1, 0.001)):
        least = expected_cost(detector, for_costs(detector, costs), costs)
        assert least <= min(expected_cost(detector, at, costs) for at in np.linspace(0, 1, 1001).tolist()) + 1e-9


def test_the_threshold_stays_where_no_other_is_cheaper(base: Detector) -> None:
    assert for_costs(with_left_out(base, [0.1, 0.2], [0.9, 0.8]), Costs(10, 1, 0.1)) == 0.5


def test_no_mistake_among_few_images_still_costs_something(base: Detector) -> None:
    detector = with_left_out(base, [0.1] * 18, [0.9] * 8)
    assert expected_cost(detector, 0.5, Costs(100, 10, 0.1)) == pytest.approx(
        1000 * (0.1 * 0.1 * 100 + 0.9 * 0.05 * 10)
    )
    with pytest.raises(CannotShow, match="without anomalies"):
        expected_cost(with_left_out(base, [0.1], []), 0.5, Costs(1, 1, 0.5))


def test_shares_are_written_with_two_digits() -> None:
    assert [percent(share) for share in (1.0, 0.995, 0.275, 0.0894, 0.0037)] == [
        "100 %",
        "100 %",
        "28 %",
        "8.9 %",
        "0.37 %",
    ]
    assert [rounded_up(share) for share in (0.0894, 0.6316, 0.00996, 1.0)] == [0.09, 0.64, 0.01, 1.0]
