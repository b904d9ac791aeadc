"""`published/` and `examples/` hold every schema as it was first published, with an event of that time.

Add files for a new schema version; never edit the old ones. (InspectionReviewed got the verdict `unfamiliar` before
anything wrote a review.)
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.events import (
    INSPECTION_EVENT,
    AnyEvent,
    AnyModelEvent,
    DayInspected,
    DriftFound,
    ModelPromoted,
    ModelRolledBack,
    ModelStarted,
    ModelStopped,
    event_of,
)
from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.core.inspection import Verdict
from chalicelib.core.spots import Box
from linewatch.commands.schemas import schemas
from linewatch.dev.schemas import EVENTS, breaks, published, text_of
from tests.lake.samples import an_inspection, history
from tests.support.builders import NOON

HERE = Path(__file__).parent
HOUR = timedelta(hours=1)
CHECKED_IN = HERE.parents[1] / "schemas"
SCHEMAS = published()
"""Of today's events. Nobody changes them."""
PUBLISHED = {path.name: json.loads(path.read_text()) for path in (HERE / "published").iterdir()}
EXAMPLES = {path.name: json.loads(path.read_text()) for path in (HERE / "examples").iterdir()}
BOXES = (Box(0, 0, 640, 480), Box(1, 2, 3, 4))
UNFAMILIAR = an_inspection(3, verdict=Verdict.UNFAMILIAR, reason="unlike anything in training", boxes=BOXES)
TODAYS = [
    *history(1),
    event_of(an_inspection(2, verdict=Verdict.REJECTED, reason="the image is truncated")),
    event_of(UNFAMILIAR),
]


COUNTS = VersionCounts(stopped=12, escapes=0, false_rejects=1)
FIGURES = Figures(images=100, bad=10, good=20, candidate=COUNTS, hosted=COUNTS, now_stopped=3, now_passed=2)
MODEL_KINDS: dict[type[AnyModelEvent], dict[str, object]] = {
    ModelStarted: {},
    ModelStopped: {},
    ModelPromoted: {"replaced": 6, "comparison": "7-6-1", "figures": FIGURES},
    ModelRolledBack: {"replaced": 8},
}
MODEL_EVENTS: list[AnyModelEvent] = [
    kind.of("plates", 7, workers=4, asked_by="shift-calendar", asked_at=NOON, at=NOON, **more)
    for kind, more in MODEL_KINDS.items()
]


DAY = DayInspected.of(
    "plates", prefix="line-1", since=NOON - 24 * HOUR, until=NOON, counts={"normal": 8, "anomalous": 2}, at=NOON + HOUR
)


CHANGE: dict[str, Any] = {"kind": "light", "since": NOON, "statistic": "brightness", "before": 120.5, "after": 80.0}
DRIFT = DriftFound.of("plates", "line-1", "cam-1", found_on="2026-03-14", at=NOON + HOUR, **CHANGE, examples=("a", "b"))


def json_of(event: AnyEvent) -> Any:
    return json.loads(event.model_dump_json())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_checked_in_schemas_are_those_of_the_events(name: str) -> None:
    text = (CHECKED_IN / name).read_text()
    assert text == text_of(SCHEMAS[name]), "stale: run python -m linewatch develop schemas"


def test_every_event_has_a_published_schema_and_an_example() -> None:
    assert {event.__name__ for event in EVENTS} == {event.event_type for event in [*TODAYS, *MODEL_EVENTS, DAY, DRIFT]}
    assert set(PUBLISHED) == set(EXAMPLES) >= set(SCHEMAS)
    assert {path.name for path in CHECKED_IN.glob("*.v*.json")} == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_does_not_break_readers_of_its_published_version(name: str) -> None:
    assert breaks(PUBLISHED[name], SCHEMAS[name]) == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "inspection" in EXAMPLES[name]])
def test_an_event_of_any_published_version_is_still_read(name: str) -> None:
    example = EXAMPLES[name]
    read = json_of(INSPECTION_EVENT.validate_python(example))
    assert read["inspection"].items() >= example["inspection"].items()
    assert read | {"inspection": None} == example | {"inspection": None}


@pytest.mark.parametrize("event", [*TODAYS, *MODEL_EVENTS, DAY, DRIFT], ids=lambda event: event.event_type)
def test_todays_events_are_valid_under_the_first_published_schema(event: AnyEvent) -> None:
    Draft202012Validator(PUBLISHED[f"{event.event_type}.v1.json"]).validate(json_of(event))


@pytest.mark.parametrize("kind", MODEL_KINDS)
def test_an_event_of_a_model_is_read_and_a_new_request_has_an_id_of_its_own(kind: type[AnyModelEvent]) -> None:
    example = EXAMPLES[f"{kind.__name__}.v1.json"]
    assert json_of(kind.model_validate(example | {"plant": "north"})) == example
    first, again, later = (
        kind.of("plates", 7, workers=2, asked_by="k", asked_at=asked, at=at, **MODEL_KINDS[kind])
        for asked, at in ((NOON, NOON), (NOON, NOON + HOUR), (NOON + HOUR, NOON + HOUR))
    )
    assert first.event_id == again.event_id != later.event_id


def test_the_summary_of_a_day_is_read_and_keeps_its_id() -> None:
    example = EXAMPLES["DayInspected.v1.json"]
    assert json_of(DayInspected.model_validate(example | {"plant": "north"})) == example
    assert (DAY.images, DAY.missing) == (10, 0)
    others = (
        DayInspected.of(project, prefix="", since=NOON, until=until, counts={}, at=NOON)
        for project, until in (("plates", NOON), ("rings", NOON), ("plates", NOON + HOUR))
    )
    assert [each.event_id == DAY.event_id for each in others] == [True, False, False]


def test_a_drift_is_read_and_keeps_its_id() -> None:
    example = EXAMPLES["DriftFound.v1.json"]
    assert json_of(DriftFound.model_validate(example | {"plant": "north"})) == example
    again, other = (
        DriftFound.of("plates", "line-1", camera, found_on="2026-03-14", at=NOON, **CHANGE)
        for camera in ("cam-1", "cam-2")
    )
    assert again.event_id == DRIFT.event_id != other.event_id


def test_no_reader_of_another_event_meets_an_unfamiliar_image() -> None:
    """A reader of ImageInspected may take all that is not anomalous for good."""
    assert event_of(UNFAMILIAR).event_type == "ImageUnfamiliar"
    for event in EVENTS[:1] + EVENTS[2:4]:
        schema = SCHEMAS[f"{event.__name__}.v1.json"]
        assert "unfamiliar" not in schema["$defs"]["Verdict"]["enum"]


def test_an_event_says_where_and_has_no_map() -> None:
    mapped = replace(UNFAMILIAR, anomaly_map=AnomalyMap(1, 1, b"x").to_text())
    assert event_of(mapped) == event_of(UNFAMILIAR)
    inspection = json_of(event_of(mapped))["inspection"]
    assert (inspection["worst_box"], inspection["boxes"]) == ([0, 0, 640, 480], [[0, 0, 640, 480], [1, 2, 3, 4]])
    assert "anomaly_map" not in inspection
    assert "anomaly_map" not in json.dumps(SCHEMAS["ImageInspected.v1.json"]["$defs"]["Inspection"]["properties"])


def test_a_field_that_a_newer_writer_added_is_ignored() -> None:
    newer = json_of(TODAYS[1]) | {"plant": "north"}
    newer["inspection"]["humidity"] = 0.4
    assert INSPECTION_EVENT.validate_python(newer) == TODAYS[1]


def test_a_time_without_offset_is_refused_with_the_fields_name() -> None:
    event = json_of(TODAYS[1])
    event["inspection"]["captured_at"] = "2026-03-14T12:00:00"
    with pytest.raises(ValueError, match=r"captured_at\s+must have an offset from UTC"):
        INSPECTION_EVENT.validate_python(event)


def test_an_event_keeps_its_id_and_each_revision_has_its_own() -> None:
    assert [event.event_id for event in history(1)] == [event.event_id for event in history(1)]
    assert len({event.event_id for event in [*history(1), *history(2)]}) == 6


def test_the_revision_alone_makes_another_event() -> None:
    """A verdict after a redrive may have the very time of the failure."""
    ids = {event_of(an_inspection(1, revision=revision)).event_id for revision in (1, 2)}
    assert len(ids) == 2


def test_an_event_happened_at_the_review_or_at_the_inspection() -> None:
    _, inspected, reviewed = history(1)
    assert inspected.occurred_at == inspected.inspection.inspected_at
    assert reviewed.occurred_at == reviewed.inspection.reviewed_at


type Change = Callable[[dict[str, Any]], object]

BREAKING: list[tuple[str, Change]] = [
    ("/inspection/camera is gone", lambda schema: schema["$defs"]["Inspection"]["properties"].pop("camera")),
    ("/inspection/line may be missing now", lambda schema: schema["$defs"]["Inspection"]["required"].remove("line")),
    ("/inspection/reason is newly required", lambda schema: schema["$defs"]["Inspection"]["required"].append("reason")),
    ("/event_id was", lambda schema: schema["properties"]["event_id"].update(maxLength=32)),
    (
        "/inspection/width was",
        lambda schema: schema["$defs"]["Inspection"]["properties"]["width"]["anyOf"].append({"type": "string"}),
    ),
    ("/inspection/verdict was", lambda schema: schema["$defs"]["Verdict"]["enum"].append("unsure")),
]


@pytest.mark.parametrize(("problem", "change"), BREAKING, ids=[problem for problem, _ in BREAKING])
def test_a_change_that_breaks_a_reader_is_found(problem: str, change: Change) -> None:
    old = SCHEMAS["ImageInspected.v1.json"]
    new = deepcopy(old)
    change(new)
    (found,) = breaks(old, new)
    assert found.startswith(problem)


def test_a_new_optional_field_and_a_new_description_break_no_reader() -> None:
    old = SCHEMAS["ImageInspected.v1.json"]
    new = deepcopy(old)
    new["description"] = "Another description."
    new["properties"]["title"] = {"type": "string", "default": ""}
    assert breaks(old, new) == []


def test_the_command_refuses_to_overwrite_a_schema_whose_readers_would_break(tmp_path: Path) -> None:
    older = deepcopy(SCHEMAS["ImageRejected.v1.json"])
    older["properties"]["reason"] = {"type": "string"}
    (tmp_path / "ImageRejected.v1.json").write_text(text_of(older))
    result = CliRunner().invoke(schemas, ["--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "ImageRejected.v1.json: /reason is gone" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["ImageRejected.v1.json"]


def test_the_command_writes_every_schema(tmp_path: Path) -> None:
    assert CliRunner().invoke(schemas, ["--folder", str(tmp_path)]).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == set(SCHEMAS)
