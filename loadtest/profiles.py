"""How the number of cameras changes over a run."""

from collections.abc import Callable, Mapping

type Profile = Callable[[float, int], int]
"""(how much of the run has passed, 0 to 1; the most cameras) -> cameras now."""


def steady(_passed: float, most: int) -> int:
    """All of them from the start to the end."""
    return most


def ramp(passed: float, most: int) -> int:
    """One more at a time, all of them at the end."""
    return max(1, round(most * passed))


def burst(passed: float, most: int) -> int:
    """A tenth of them, and all in the middle fifth of the run."""
    return most if 0.4 <= passed < 0.6 else max(1, most // 10)


PROFILES: Mapping[str, Profile] = {"steady": steady, "ramp": ramp, "burst": burst}

TURNS = (1, 1, 10, 1, 1)
"""Images that a camera takes at once, second by second."""

IMAGES_A_SECOND = sum(TURNS) / len(TURNS)
"""What a camera offers when nothing holds it up."""


def offered(profile: Profile, most: int) -> float:
    """Images a second over a whole run."""
    return IMAGES_A_SECOND * sum(profile(moment / 100, most) for moment in range(100)) / 100
