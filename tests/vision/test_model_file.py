"""A model file gives back the same detector; a damaged or hostile one is refused with a reason."""

import json
import math
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.vision.detector import Detector
from chalicelib.vision.model_bytes import ModelFileError, held_out
from chalicelib.vision.model_file import load, save
from chalicelib.vision.scoring.discriminant import Discriminant
from chalicelib.vision.training.train import Training
from tests.vision.drawn import part
from tests.vision.vandal import parts_of


def header_of(content: bytes) -> dict[str, dict[str, object]]:
    """The JSON header of a model file."""
    (length,) = struct.unpack_from("<Q", content)
    header: dict[str, dict[str, object]] = json.loads(content[8 : 8 + length])
    return header


def read_safetensors(content: bytes) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Metadata and tensors, read by the rules of https://github.com/huggingface/safetensors#format alone."""
    size = int.from_bytes(content[:8], "little")
    assert content[8:9] == b"{"
    header = json.loads(content[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(value, str) for value in metadata.values())
    buffer, end, tensors = content[8 + size :], 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = entry["data_offsets"]
        assert start == end
        kind = np.dtype({"I": "<i", "U": "<u", "F": "<f"}[entry["dtype"][0]] + str(int(entry["dtype"][1:]) // 8))
        assert stop - start == math.prod(entry["shape"]) * kind.itemsize
        tensors[name], end = np.frombuffer(buffer[start:stop], kind).reshape(entry["shape"]), stop
    assert end == len(buffer)
    return metadata, tensors


def with_header(content: bytes, header: dict[str, dict[str, object]]) -> bytes:
    """The file with another header."""
    (length,) = struct.unpack_from("<Q", content)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


@pytest.mark.parametrize("regime", ["from_normals", "from_both"])
def test_a_loaded_detector_finds_exactly_the_same(regime: str, request: pytest.FixtureRequest) -> None:
    detector = request.getfixturevalue(regime).detector
    loaded = load(save(detector))
    for photo in (part(1), part(2, spot=6)):
        found, expected = loaded.inspect(photo), detector.inspect(photo)
        assert found.anomaly_probability == expected.anomaly_probability
        np.testing.assert_array_equal(found.anomaly_map, expected.anomaly_map)


@pytest.mark.parametrize("regime", ["from_normals", "from_both"])
def test_a_reader_made_from_the_safetensors_specification_reads_a_model_file(
    regime: str, request: pytest.FixtureRequest
) -> None:
    detector = request.getfixturevalue(regime).detector
    metadata, tensors = read_safetensors(save(detector))
    assert metadata["format"] == "linewatch-detector-8"
    np.testing.assert_array_equal(tensors["support"], detector.support)
    np.testing.assert_array_equal(tensors["bank.cells"], detector.bank.cells)
    np.testing.assert_array_equal(tensors["left_out_normal"], detector.left_out_normal)


def test_bytes_that_belong_to_no_array_or_to_two_are_refused(from_normals: Training) -> None:
    content = save(from_normals.detector)
    with pytest.raises(ModelFileError, match="end at byte"):
        load(content + b"\0" * 8)
    header = header_of(content)
    header["left_out_normal"]["data_offsets"] = [0, 8 * len(from_normals.detector.left_out_normal)]
    with pytest.raises(ModelFileError, match="overlap"):
        load(with_header(content, header))


def test_a_gap_between_arrays_is_refused(from_normals: Training) -> None:
    content = save(from_normals.detector)
    header: dict[str, Any] = header_of(content)
    last = max((name for name in header if name != "__metadata__"), key=lambda name: header[name]["data_offsets"])
    header[last]["data_offsets"] = [each + 8 for each in header[last]["data_offsets"]]
    with pytest.raises(ModelFileError, match="leave a gap"):
        load(with_header(content + b"\0" * 8, header))


def test_a_name_that_stands_twice_in_the_header_is_refused(from_normals: Training) -> None:
    content = save(from_normals.detector)
    (length,) = struct.unpack_from("<Q", content)
    text = content[8 : 8 + length].replace(b'"left_out_normal": {', b'"support": {')
    with pytest.raises(ModelFileError, match="stands twice"):
        load(struct.pack("<Q", len(text)) + text + content[8 + length :])


def test_the_same_detector_makes_the_same_bytes(from_both: Training) -> None:
    content = save(from_both.detector)
    assert save(from_both.detector) == content
    assert save(load(content)) == content


@settings(max_examples=40)
@given(st.data())
def test_a_cut_or_changed_file_is_refused_or_loads_and_nothing_else(
    from_normals: Training, data: st.DataObject
) -> None:
    content = bytearray(save(from_normals.detector))
    (length,) = struct.unpack_from("<Q", content)
    if data.draw(st.booleans()):
        damaged = bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        with pytest.raises(ModelFileError):
            load(damaged)
        return
    content[data.draw(st.integers(0, 8 + length - 1))] = data.draw(st.integers(0, 255))
    try:
        load(bytes(content))
    except ModelFileError as error:
        assert str(error)  # noqa: PT017 - loading is allowed, any other exception is not


def test_a_file_records_how_it_was_made(from_both: Training) -> None:
    metadata = load(save(from_both.detector)).metadata
    assert (metadata["normal"], metadata["anomaly"], metadata["seed"], metadata["features"]) == (
        "20",
        "10",
        "0",
        "filters",
    )
    assert len(metadata["images_sha256"]) == 64
    assert float(metadata["left_out_auroc"]) > 0.9


def with_equal_shares(detector: Detector) -> Detector:
    """Statistics and covariances weighed the same in older formats."""
    return replace(detector, descriptor=replace(detector.descriptor, share=0.5))


def as_written_before(content: bytes, number: int, *lacks: str) -> bytes:
    """The model file in an older format. Its settings lack the share, and some that are None; with a dot of a part."""
    parts = parts_of(content)
    assert parts.settings["descriptor"].pop("share") == 0.5
    for name in lacks:
        part, _, inner = name.rpartition(".")
        assert not (parts.settings[part] if part else parts.settings).pop(inner)
    return parts.written(sealed=True, form=f"linewatch-detector-{number}")


BEFORE = [(7, ()), (6, ("gaussian",)), (5, ("gaussian", "discriminant"))]
"""Older formats, and what their files have no name for: a Gaussian of the cells, masks that teach the map."""


@pytest.mark.parametrize(("number", "lacks"), BEFORE)
def test_a_file_of_an_older_format_finds_the_same(from_normals: Training, number: int, lacks: tuple[str, ...]) -> None:
    without = with_equal_shares(replace(from_normals.detector, gaussian=None))
    content = save(without)
    read = load(as_written_before(content, number, *lacks))
    assert save(read) == content
    assert read.inspect(part(2, spot=6)).anomaly_score == without.inspect(part(2, spot=6)).anomaly_score


@pytest.mark.parametrize(("number", "lacks"), BEFORE)
def test_a_file_from_before_unusual_cells_taught_finds_the_same(
    from_both: Training, number: int, lacks: tuple[str, ...]
) -> None:
    detector = from_both.detector
    assert detector.supervised
    references = replace(detector.references, expected=np.ascontiguousarray(detector.references.expected[:, :-1]))
    supervised = replace(detector.supervised, cells=None)
    without = with_equal_shares(replace(detector, supervised=supervised, references=references))
    content = save(without)
    read = load(as_written_before(content, number, "supervised.cells", *lacks))
    assert save(read) == content
    assert read.inspect(part(2, spot=6)).anomaly_score == without.inspect(part(2, spot=6)).anomaly_score


def as_taught_before(content: bytes, **more: bool) -> bytes:
    """The model file in the format 7, whose discriminant regards single cells."""
    parts = parts_of(content)
    del parts.settings["descriptor"]["share"]
    taught = parts.settings["discriminant"]
    parts.settings["discriminant"] = {"direction": None, "mean": taught["start"], "deviation": taught["unit"], **more}
    assert not parts.arrays.pop("discriminant.around").any()
    return parts.written(sealed=True, form="linewatch-detector-7")


def test_a_file_from_before_what_is_around_a_cell_counted_finds_the_same(from_both: Training) -> None:
    detector = from_both.detector
    direction = np.linspace(0, 1, detector.bank.cells.shape[1], dtype=np.float32)
    taught = Discriminant(direction, np.zeros_like(direction), start=0.5, unit=2.0)
    content = save(with_equal_shares(replace(detector, discriminant=taught)))
    assert save(load(as_taught_before(content))) == content
    read = load(as_taught_before(content, blurred=False))
    assert save(read) == content
    image = part(2, spot=6)
    np.testing.assert_array_equal(read.inspect(image).anomaly_map, load(content).inspect(image).anomaly_map)
    with pytest.raises(ModelFileError, match="smooths its map, which this version no longer does: train again"):
        load(as_taught_before(content, blurred=True))


@pytest.mark.parametrize("metadata", [{}, {"__metadata__": {"made": "elsewhere"}}])
def test_safetensors_of_another_program_are_no_model_of_linewatch(metadata: dict[str, object]) -> None:
    header = json.dumps(metadata).encode()
    content = struct.pack("<Q", len(header)) + header
    for reads in (load, held_out):
        with pytest.raises(ModelFileError, match=r"^the file is no model of Linewatch: its header names no format$"):
            reads(content)


def test_a_newer_format_is_named(from_normals: Training) -> None:
    content = save(from_normals.detector)
    header = header_of(content)
    header["__metadata__"]["format"] = "linewatch-detector-99"
    with pytest.raises(ModelFileError, match="linewatch-detector-99"):
        load(with_header(content, header))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xff" * 100, struct.pack("<Q", 2**60), b"\x02" + b"\0" * 7 + b"[]"]
)
def test_what_is_no_model_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelFileError, match="model file"):
        load(content)


def test_a_shape_that_does_not_fit_its_bytes_is_refused_before_memory_is_asked_for(from_normals: Training) -> None:
    content = save(from_normals.detector)
    for shape in ([2**40], [2**62, 4], [-1]):
        header = header_of(content)
        header["extractor.filling.texture"]["shape"] = shape
        with pytest.raises(ModelFileError):
            load(with_header(content, header))


def test_an_array_of_another_type_is_refused(from_normals: Training) -> None:
    process = from_normals.detector.process
    rows: Any = process.rows.astype(np.float64)
    content = save(replace(from_normals.detector, process=replace(process, rows=rows)))
    with pytest.raises(ModelFileError, match=r"process\.rows should have type int64, but has float64"):
        load(content)


@pytest.mark.parametrize(
    "name", ["extractor.filling.texture", "extractor.filling.cells", "extractor.alignment.template", "bank.cells"]
)
def test_arrays_that_do_not_fit_together_are_refused(from_normals: Training, name: str) -> None:
    content = save(from_normals.detector)
    header = header_of(content)
    size = 2 if header[name]["dtype"] == "F16" else 4
    header[name] |= {"shape": [2, 2], "data_offsets": [0, 4 * size]}
    with pytest.raises(ModelFileError, match=rf"{name} has shape"):
        load(with_header(content, header))
