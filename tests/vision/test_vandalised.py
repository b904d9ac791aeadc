"""A model file that was spoiled anywhere, by accident or on purpose, is refused when it is loaded or tests itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.vision.detector import Detector, SelfTestFailed
from chalicelib.vision.features.backbone import BackboneOptions
from chalicelib.vision.model_bytes import FORMAT, ModelFileError
from chalicelib.vision.model_file import load, save
from chalicelib.vision.threshold import moved_to
from chalicelib.vision.training.train import Training, TrainOptions, train
from tests.vision.drawn import normals
from tests.vision.features.networks import branch, convolutions, endless_loop, huge
from tests.vision.vandal import (
    Parts,
    Spoiled,
    changed_arrays,
    flipped_bits,
    misshapen_arrays,
    parts_of,
    spoiled_settings,
    wrong_numbers,
)

pytestmark = pytest.mark.faults

SEED = 20  # of the bits that are flipped
OF_NO_FIXED_LENGTH = ("bank.cells", "familiarity.summaries", "support", "left_out_normal", "left_out_anomaly")

HARMLESS = (
    "left_out_",  # what training counted; inspections do not use it
    "extractor.filling.cells",  # the map is 0 in the cells that it fills
    "process.factor negative",  # its products are squared
    "gaussian.whitening negative",  # a length is made of its products
)


@pytest.fixture(params=["from_normals", "from_both"])
def detector(request: pytest.FixtureRequest) -> Detector:
    """Trained on drawn parts."""
    training: Training = request.getfixturevalue(request.param)
    return training.detector


@pytest.fixture(scope="module")
def with_network() -> Detector:
    """With a backbone."""
    return train(normals(12), [], TrainOptions(size=96, backbone=BackboneOptions(convolutions()))).detector


def accepted(spoiled: Iterable[Spoiled], sealed: bool, harmless: Sequence[str] = ()) -> list[str]:
    """What was spoiled in the files that load and pass their self-test; prints how many were tried."""
    passed, tried = [], 0
    for what, parts in spoiled:
        if any(part in what for part in harmless):
            continue
        tried += 1
        try:
            load(parts.written(sealed)).self_test()
        except (ModelFileError, SelfTestFailed) as error:
            assert str(error)  # noqa: PT017 - any other exception is a failure
        else:
            passed.append(what)
    print(f"{tried} vandalised{' with a new SHA-256' if sealed else ''}, {len(passed)} accepted")
    return passed


def test_a_file_that_is_put_together_again_unchanged_loads(detector: Detector) -> None:
    content = save(detector)
    assert parts_of(content).written(sealed=True) == content
    load(parts_of(content).written(sealed=False)).self_test()


def test_damage_anywhere_is_refused(detector: Detector) -> None:
    parts = parts_of(save(detector))
    for kind in (spoiled_settings, misshapen_arrays, wrong_numbers, changed_arrays):
        assert accepted(kind(parts), sealed=False) == []
    assert accepted(flipped_bits(parts, SEED), sealed=False) == []


def test_values_that_no_detector_has_are_refused_even_with_a_new_checksum(detector: Detector) -> None:
    parts = parts_of(save(detector))
    as_before = ["descriptor.share left out"] if detector.descriptor.share == 0.5 else []  # as in older formats
    assert accepted(spoiled_settings(parts), sealed=True, harmless=["metadata = {}", *as_before]) == []
    assert accepted(wrong_numbers(parts), sealed=True) == []
    assert accepted(misshapen_arrays(parts), sealed=True, harmless=OF_NO_FIXED_LENGTH) == []


def test_other_arrays_fail_the_self_test_even_with_a_new_checksum(detector: Detector) -> None:
    assert accepted(changed_arrays(parts_of(save(detector))), sealed=True, harmless=HARMLESS) == []


@settings(max_examples=150)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_in_the_file_is_refused(from_normals: Training, at: int, bit: int) -> None:
    content = bytearray(save(from_normals.detector))
    content[at % len(content)] ^= 1 << bit
    with pytest.raises(ModelFileError):
        load(bytes(content))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("threshold", float("nan"), "threshold is not finite"),
        ("threshold", 1e308, "threshold has numbers beyond"),
        ("threshold", 1.5, "threshold is no probability"),
        ("threshold", "0.5", "threshold should be float, but is '0.5'"),
        ("image_size", [33, 64], r"image_size is \(33, 64\)"),
        ("strict_size", 1, "strict_size should be bool"),
    ],
)
def test_the_setting_and_what_is_wrong_with_it_are_named(
    from_normals: Training, name: str, value: object, message: str
) -> None:
    spoiled = parts_of(save(from_normals.detector)).with_setting((name,), value)
    with pytest.raises(ModelFileError, match=message):
        load(spoiled.written(sealed=True))


def test_the_array_and_what_is_wrong_with_it_are_named(from_normals: Training) -> None:
    parts = parts_of(save(from_normals.detector))
    rows, deviation = parts.arrays["process.rows"], parts.arrays["descriptor.deviation"]
    for spoiled, message in (
        (parts.with_array("process.rows", rows + 1), "process.rows are not different rows of the support"),
        (parts.with_array("process.rows", rows - 1), "process.rows is negative"),
        (parts.with_array("process.rows", rows.astype(np.float64)), "process.rows should have type int64"),
        (parts.with_array("descriptor.deviation", -deviation), "descriptor.deviation is not positive"),
        (parts.with_array("descriptor.deviation", deviation * np.nan), "descriptor.deviation is not finite"),
        (parts.with_array("descriptor.deviation", deviation + 1), "SHA-256"),
    ):
        with pytest.raises(ModelFileError, match=message):
            load(spoiled.written(sealed=False))


def test_a_file_of_an_older_version_says_to_train_again(from_normals: Training) -> None:
    content = save(from_normals.detector).replace(FORMAT.encode(), b"linewatch-detector-4")
    with pytest.raises(ModelFileError, match=r"linewatch-detector-4.*train again"):
        load(content)


def test_a_moved_threshold_keeps_the_references(detector: Detector) -> None:
    load(save(moved_to(detector, 0.9))).self_test()


def test_a_backbone_that_was_replaced_is_refused(with_network: Detector) -> None:
    parts = parts_of(save(with_network))
    load(parts.written(sealed=True)).self_test()
    hostile = [endless_loop(), branch(), *(huge(what) for what in ("nodes", "padding", "kernel", "channels"))]
    others = [
        convolutions(seed=1),
        convolutions(channels=9),
        b"no network",
        parts.arrays["extractor.backbone.graph"][:-9].tobytes(),
    ]
    for sealed in (False, True):
        assert accepted(replaced(parts, [*hostile, *others]), sealed) == []


def replaced(parts: Parts, graphs: Iterable[bytes]) -> Iterable[Spoiled]:
    """The file with other backbones."""
    for number, graph in enumerate(graphs):
        yield f"graph {number}", parts.with_array("extractor.backbone.graph", np.frombuffer(graph, np.uint8))


def test_a_detector_that_computes_something_else_names_the_reference_image(from_normals: Training) -> None:
    other = replace(from_normals.detector, calibration=replace(from_normals.detector.calibration, center=9.0))
    with pytest.raises(SelfTestFailed, match=r"reference image 1: anomaly_probability is 0\.0000, not"):
        other.self_test()
