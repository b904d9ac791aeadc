"""What a report warns of, and what it says to photograph next."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from chalicelib.models.dataset import Labelled
from chalicelib.models.mask_files import find_masks
from chalicelib.models.names import name_in_set
from chalicelib.reports.training.advice import advice, missed_by_kind, worst_place
from chalicelib.reports.training.data_warnings import Remark, data_warnings, doubts
from chalicelib.reports.training.predictions import LabelledPrediction
from chalicelib.reports.training.survey import ImageSummary, defect_areas
from chalicelib.vision.two_kinds import pooled_descriptor
from tests.reports.conftest import Made
from tests.vision.drawn import part
from tests.vision.test_two_kinds import other_product


def titles(found: list[Remark]) -> str:
    return " / ".join(each.title for each in found)


def summary(name: str, anomalous: bool, brightness: float = 0.5, size: tuple[int, int] = (64, 48)) -> ImageSummary:
    return ImageSummary(Path(name), anomalous, size, brightness)


def test_labels_are_doubted_only_when_the_verdict_is_sure(made: Made) -> None:
    (remark,) = [each for each in data_warnings(made([0.1, 0.7, 0.9], [0.9])) if "label" in each.title]
    assert remark.title == "1 label to look at again"
    assert "0.90" in remark.files[0]


def test_near_duplicates_are_named_and_both_labels_in_one_group_stand_out(made: Made, images: Labelled) -> None:
    group = [images.normal.paths[0], images.anomaly.paths[0]]
    found = data_warnings(made([0.1] * 3, [0.9], alike=[group]))
    assert "2 of 4 training images are near-duplicates" in titles(found)
    assert "1 group of near-duplicates with both labels" in titles(found)
    assert found[0].files == ["  =  ".join(name_in_set(path) for path in group)]


def test_two_kinds_of_good_parts_are_looked_for_once_and_the_fewer_are_named(made: Made) -> None:
    photos = [*[part(n) for n in range(24)], *[other_product(n) for n in range(100, 110)]]
    normals = [replace(summary(f"{n}", False), descriptor=pooled_descriptor(each)) for n, each in enumerate(photos)]
    evidence = replace(made([0.1], [0.9]), learned=[*normals, summary("odd", True)])
    (remark,) = [each for each in data_warnings(evidence) if "two kinds" in each.title]
    assert remark.text.startswith("10 of 34 look unlike the others")
    assert remark.files == [str(n) for n in range(24, 34)]
    assert [each.partition(":")[0] for each in doubts(evidence)] == [remark.title]
    assert evidence.fewer_kind is evidence.fewer_kind


def test_a_mix_of_sizes_is_counted_by_label(made: Made) -> None:
    learned = [*[summary(str(n), False) for n in range(9)], summary("odd", True, size=(32, 32))]
    (remark,) = data_warnings(replace(made([0.1], [0.9]), learned=learned))
    assert remark.title == "1 of 10 training images are not of the commonest size"
    assert "0 normal and 1 anomalous" in remark.text
    assert remark.files == ["odd (32 x 32 px)"]


def test_light_that_gives_the_label_away_is_warned_of(made: Made) -> None:
    normals = [summary(f"n{n}", False, 0.5 + n / 100) for n in range(8)]
    apart = [*normals, *[summary(f"a{n}", True, 0.3 + n / 100) for n in range(8)]]
    alike = [*normals, *[summary(f"a{n}", True, 0.5 + n / 100) for n in range(8)]]
    evidence = made([0.1], [0.9])
    assert "Anomalous images are darker than normal ones" in titles(data_warnings(replace(evidence, learned=apart)))
    assert data_warnings(replace(evidence, learned=alike)) == []


def test_normals_of_two_kinds_are_warned_of_with_the_fewer_named(made: Made) -> None:
    rng = np.random.default_rng(0)
    kinds = [rng.normal(5 * (n < 8), 0.3, 6).astype(np.float32) for n in range(30)]
    learned = [replace(summary(f"n{n}", False, 0.5 + n / 100), descriptor=each) for n, each in enumerate(kinds)]
    (remark,) = data_warnings(replace(made([0.1], [0.9]), learned=learned))
    assert remark.title == "Your normal images fall into two kinds"
    assert remark.files == [f"n{n}" for n in range(8)]


def test_clean_images_raise_no_warning(made: Made) -> None:
    assert data_warnings(made([0.1] * 5, [0.9] * 2)) == []


def test_more_images_are_asked_for_until_there_are_enough(made: Made) -> None:
    evidence = made([0.1], [0.9])
    few = replace(evidence, learned=[summary("n", False)] * 12 + [summary("a", True)] * 8)
    many = replace(evidence, learned=[summary("n", False)] * 20 + [summary("a", True)] * 20)
    assert "8 or more normal parts / 12 or more defective parts" in titles(advice(few))
    assert "or more" not in titles(advice(many))


def test_images_in_groups_call_for_figures_that_leave_groups_out(made: Made) -> None:
    grouped = [summary(f"set/normal/day{n % 4}/{n}.png", False) for n in range(24)]
    evidence = replace(made([0.1], [0.9]), learned=[*grouped, *[summary("a", True)] * 20])
    (remark,) = [each for each in advice(evidence) if "never photographed" in each.title]
    assert "By subfolder, the normal images are in 4 groups" in remark.text
    assert "never photographed" not in titles(advice(replace(evidence, grouped_by="subfolder")))


def test_missed_kinds_are_counted(made: Made) -> None:
    rows = [("dent", 0.1), ("dent", 0.9), ("crack", 0.8), ("crack", 0.9)]
    images = [
        LabelledPrediction(Path(f"anomaly/{n}-{kind}.jpg"), True, chance, np.zeros((3, 3), np.float32))
        for n, (kind, chance) in enumerate(rows)
    ]
    missed = missed_by_kind(images, 0.5)
    assert (missed["dent"].count, missed["dent"].of) == (1, 2)
    assert missed["crack"].count == 0


def test_false_rejects_in_one_place_are_pointed_at(made: Made) -> None:
    corner = np.zeros((6, 9), np.float32)
    corner[5, 8] = 1
    evidence = made([0.9, 0.8, 0.7, 0.1], [0.9])
    there = [replace(image, anomaly_map=corner) for image in evidence.images]
    assert worst_place(there[0]) == "bottom right"
    assert "Good parts that vary at the bottom right" in titles(advice(replace(evidence, images=there)))
    assert "vary at" not in titles(advice(replace(evidence, images=there[2:])))


def test_missed_defects_that_are_small_call_for_a_nearer_camera(made: Made) -> None:
    evidence = made([0.1], [0.2, 0.8, 0.9])
    missed, *found = [image.path for image in evidence.images if image.anomalous]
    areas = dict.fromkeys(found, 0.02)
    small = replace(evidence, areas={**areas, missed: 0.002})
    alike = replace(evidence, areas={**areas, missed: 0.018})
    (remark,) = [each for each in advice(small) if each.title == "Small defects from nearer"]
    assert "missed defects cover 0.20% of the image and found ones 2.00%" in remark.text
    assert "nearer" not in titles(advice(alike))


def test_areas_are_those_of_the_masks(images: Labelled) -> None:
    folder = images.anomaly.paths[0].parents[2] / "masks" / "train"
    masks = find_masks(images.anomaly.paths, folder)
    areas = defect_areas(images.anomaly.paths, masks)
    assert list(areas) == list(images.anomaly.paths)
    assert all(0 < area < 0.5 for area in areas.values())
    assert defect_areas(images.normal.paths, masks) == {}


def test_labels_to_look_at_again_are_named_in_one_line_for_the_terminal(made: Made, images: Labelled) -> None:
    [line] = doubts(made([0.1] * 11 + [0.9], [0.95] * 4))
    assert line == f"1 label to look at again: {name_in_set(images.normal.paths[11])} (anomaly probability 0.90)"
    assert doubts(made([0.1] * 12, [0.95] * 4)) == []
