"""Groups of images by their names: what counts as a group, and what does not."""

from pathlib import Path

import numpy as np
import pytest

from chalicelib.models.name_groups import groups_from_names


def paths(pattern: str, groups: int = 4, each: int = 5) -> list[Path]:
    return [
        Path(pattern.format(group=group, n=group * each + n)) for group in range(1, groups + 1) for n in range(each)
    ]


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        ("normal/shift{group}/{n}.png", "subfolder"),
        ("set/train/normal/line/cam{group}/{n}.png", "subfolder"),
        ("normal/cam{group}_{n:04}.png", "camera"),
        ("normal/{n:04}-Camera {group}.png", "camera"),
        ("normal/2026112{group}T10{n}05.png", "day"),
        ("normal/2026-11-2{group}_10.{n}.png", "day"),
        ("normal/2026112{group}1015{n:02}.png", "day"),
        ("normal/exp{group}_num_{n}17.jpg", "part 1 of the name"),
        ("normal/img_batch{group}_{n}.jpg", "part 2 of the name"),
        ("normal/part-{group:03}-view-{n}.jpg", "part 2 of the name"),
    ],
)
def test_names_say_which_images_were_taken_together(pattern: str, by: str) -> None:
    found = groups_from_names(paths(pattern))
    assert found is not None
    assert found.by == by
    assert found.groups.tolist() == np.repeat(np.arange(4), 5).tolist()


@pytest.mark.parametrize(
    "names",
    [
        [f"normal/{n}.png" for n in range(30)],
        [f"normal/cast_ok_0_{n}.jpeg" for n in range(30)],
        [f"normal/{12100000 + 37 * n}_test.jpg" for n in range(30)],
        [f"normal/IMG_{n}.jpg" for n in range(30)],
        [f"normal/0000{n}20261399.jpg" for n in range(30)],
        [],
    ],
)
def test_running_numbers_say_nothing(names: list[str]) -> None:
    assert groups_from_names([Path(name) for name in names]) is None


def test_two_groups_or_one_large_one_are_too_few_to_leave_out() -> None:
    assert groups_from_names(paths("normal/day{group}/{n}.png", groups=2, each=20)) is None
    large = [Path(f"normal/a/{n}.png") for n in range(20)]
    assert groups_from_names(large + paths("normal/day{group}/{n}.png", groups=3, each=3)) is None


def test_anomalies_join_the_normals_of_their_day_and_kinds_of_defects_are_no_groups() -> None:
    normal = paths("normal/2026112{group}-{n}.png")
    anomaly = [Path("anomaly/dent/20261123-1.png"), Path("anomaly/dent/20261019-2.png"), Path("anomaly/dent/x.png")]
    found = groups_from_names(normal, anomaly)
    assert found is not None
    same, *others = found.groups[20:].tolist()
    assert same == found.groups[10]
    assert len({*others, *found.groups[:20].tolist()}) == 6


def test_the_kind_of_defect_may_stand_before_the_group_in_a_name() -> None:
    found = groups_from_names(paths("normal/exp{group}_num_{n}.jpg"), [Path("anomaly/Crack_exp2_num_97.jpg")])
    assert found is not None
    assert found.groups[20] == found.groups[5]


def test_an_image_whose_name_does_not_say_it_is_a_group_alone() -> None:
    found = groups_from_names(
        [*paths("normal/shift{group}/{n}.png"), Path("normal/loose.png"), Path("normal/more.png")]
    )
    assert found is not None
    assert len(set(found.groups.tolist())) == 6
