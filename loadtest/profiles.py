"""Profiles: the number of cameras over the course of a run."""

from collections.abc import Callable, Mapping

type Profile = Callable[[float, int], int]
"""(the share of the run that has passed, 0 to 1; the largest number of cameras) -> cameras now."""


def steady(_passed: float, most: int) -> int:
    """All cameras from start to end."""
    return most


def ramp(passed: float, most: int) -> int:
    """More cameras over time, all of them at the end."""
    return max(1, round(most * passed))


def burst(passed: float, most: int) -> int:
    """All cameras in the middle fifth of the run, otherwise a tenth."""
    return most if 0.4 <= passed < 0.6 else max(1, most // 10)


PROFILES: Mapping[str, Profile] = {"steady": steady, "ramp": ramp, "burst": burst}

TURNS = (1, 1, 10, 1, 1)
"""The number of images that a camera takes in each second."""

IMAGES_A_SECOND = sum(TURNS) / len(TURNS)
"""Images a second of a camera that never waits."""


def offered(profile: Profile, most: int) -> float:
    """Images a second, as the mean of a run in which no camera waits."""
    return IMAGES_A_SECOND * sum(profile(moment / 100, most) for moment in range(100)) / 100
