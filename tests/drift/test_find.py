"""Which drifts are found, of what kind and moment, and how often one is found that is none."""

from datetime import timedelta
from random import Random

import pytest

from chalicelib.drift.change_point import find_change
from chalicelib.drift.domain import FALSE_ALARMS, Camera, Drift, Hours, Kind
from chalicelib.drift.find import find_drifts
from tests.drift.plants import FIRST, ZONE, a_camera, cameras, changed, last_day, wandering

CAM: Camera = ("plates", "line-0", "cam-0")


def found(hours: Hours, days: int, known: tuple[Drift, ...] = ()) -> list[Drift]:
    return find_drifts(hours, last_day(days), ZONE, known)


@pytest.mark.parametrize(("correlation", "tail"), [(0.0, None), (0.3, None), (0.5, None), (0.5, 5)])
def test_days_without_a_change_show_one_at_most_as_often_as_stated(correlation: float, tail: int | None) -> None:
    chance, number = Random(7), 3000
    series = (list(wandering(chance, chance.choice((6, 10, 20, 28)), correlation, tail)) for _ in range(number))
    chances = [change.chance for levels in series if (change := find_change(levels)) is not None]
    assert len(chances) == number
    for stated in (0.05, 0.01):
        false = sum(each <= stated for each in chances) / number
        print(f"correlation {correlation}, tail {tail}: {false:.4f} of series, stated {stated}")
        assert false <= stated


@pytest.mark.parametrize("tail", [None, 5])
def test_nights_of_a_plant_without_a_change_have_false_alarms_at_most_as_often_as_stated(tail: int | None) -> None:
    """The days and hours wander so far that any change would matter; there is a pattern of the day, and pauses."""
    chance, nights, false = Random(3), 60, 0
    for _ in range(nights):
        false += bool(found({cam: a_camera(chance, 14, tail=tail, noise=9) for cam in cameras(4)}, 14))
    print(f"{false} of {nights} nights with a false alarm, stated {FALSE_ALARMS}")
    assert false <= 2  # more than two of 60 come by chance in 2 % of runs at 0.01


STEPS = [
    (Kind.LIGHT, {"brightness": -30.0, "training_distance": 0.4, "anomaly_score": 2.0}),
    (Kind.FOCUS, {"sharpness": -0.07}),
    (Kind.MOVED, {"centre_y": 0.05, "brightness": 2.0}),
    (Kind.APPEARANCE, {"brightness": 40.0, "sharpness": 0.1, "centre_x": 0.06}),
    (Kind.APPEARANCE, {"training_distance": 0.8, "anomaly_score": 4.0}),
    (Kind.SCORES, {"anomaly_score": 5.0}),
]


@pytest.mark.parametrize(("kind", "by"), STEPS)
def test_a_change_is_found_with_its_kind_and_moment(kind: Kind, by: dict[str, float]) -> None:
    at = 14 * 24 + 9
    plant = {camera: a_camera(Random(number), 17) for number, camera in enumerate(cameras(10))}
    plant[CAM] = a_camera(Random(99), 17, changed(at, **by))
    [drift] = found(plant, 17)
    assert (drift.of, drift.kind) == (CAM, kind)
    assert abs(drift.since - (FIRST + timedelta(hours=at))) <= timedelta(hours=3)
    assert drift.chance <= FALSE_ALARMS


def test_a_clear_change_is_found_in_the_night_after_its_first_day() -> None:
    camera = a_camera(Random(5), 12, changed(10 * 24 + 4, brightness=-40.0))
    assert [len(found({CAM: camera}, days)) for days in (10, 11, 12)] == [0, 1, 1]


def test_a_drift_that_is_known_is_not_found_again_but_the_next_one_is() -> None:
    first, second = 10 * 24, 18 * 24 + 9
    by = (changed(first, brightness=-40.0), changed(second, sharpness=0.1))
    camera = a_camera(Random(5), 20, lambda at: tuple(map(sum, zip(by[0](at), by[1](at), strict=True))))
    [known] = found({CAM: camera}, 12)
    for days in range(13, 18):
        assert found({CAM: camera}, days, (known,)) == []
    [new] = found({CAM: camera}, 20, (known,))
    assert (new.kind, abs(new.since - (FIRST + timedelta(hours=second))) <= timedelta(hours=3)) == (Kind.FOCUS, True)


def test_a_new_version_of_the_model_is_no_drift_of_the_scores() -> None:
    camera = a_camera(Random(5), 16, changed(12 * 24, anomaly_score=9.0, training_distance=2.0))
    switched = {at: level._replace(version="2" if at >= (FIRST + timedelta(days=12)).timestamp() * 1e6 else "1")
                for at, level in camera.items()}  # fmt: skip
    assert found({CAM: camera}, 16) != []
    assert found({CAM: switched}, 16) == []


def test_a_change_that_is_sure_and_too_small_to_matter_is_no_drift() -> None:
    steady = {at: level._replace(medians=(120.0 + (0.5 if at > 1_774_400_000_000_000 else 0), *level.medians[1:]))
              for at, level in a_camera(Random(5), 16).items()}  # fmt: skip
    assert found({CAM: steady}, 16) == []
