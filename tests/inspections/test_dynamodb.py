"""The table of inspections and its fake behave the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.inspection import LIVE, Verdict, confidence_of
from chalicelib.core.spots import Box
from chalicelib.inspections.dynamodb import DynamoDBInspections
from chalicelib.inspections.items import from_item, inspection_in, to_item
from chalicelib.inspections.ports import InspectionQuery, Inspections
from linewatch.dev.bench.replay import item_bytes
from tests.support.builders import NOON, an_inspection
from tests.support.fake_client import EmptyTables, as_client
from tests.support.readable import readable

MAP = AnomalyMap(2, 3, bytes([0, 0, 64, 128, 255, 0]))
QUERY = InspectionQuery(project="plates", line="line-1", since=NOON - timedelta(days=3), until=NOON)


def test_an_inspection_is_committed_once(table: Inspections) -> None:
    inspection = an_inspection()
    assert table.commit(inspection).stored
    assert not table.commit(replace(inspection, verdict=Verdict.ANOMALOUS)).stored
    assert table.find(inspection.inspection_id, LIVE) == inspection


def test_a_verdict_replaces_a_failed_inspection_but_not_the_other_way_round(table: Inspections) -> None:
    failed = an_inspection(verdict=Verdict.FAILED, revision=0, reason="timed out")
    assert table.commit(failed).stored
    assert table.commit(an_inspection()).stored
    assert not table.commit(failed).stored


def test_an_image_that_is_announced_twice_fails_once_for_one_reason(table: Inspections) -> None:
    failed = an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model")
    assert table.commit(failed).stored
    assert not table.commit(replace(failed, inspected_at=failed.inspected_at + timedelta(minutes=5))).stored
    assert table.commit(replace(failed, reason="timed out")).stored


def test_failed_inspections_are_listed_until_a_verdict_replaces_them(table: Inspections) -> None:
    failed = [an_inspection(name, verdict=Verdict.FAILED, revision=0, original_message="as it came") for name in "ab"]
    for inspection in [*failed, an_inspection("c"), an_inspection("d", verdict=Verdict.REJECTED)]:
        table.commit(inspection)
    assert sorted(readable(table.failed()), key=lambda each: each.image_id) == failed
    table.commit(an_inspection("a"))
    assert list(table.failed()) == failed[1:]


def test_ids_without_an_inspection_are_absent_also_in_a_long_list(table: Inspections) -> None:
    stored = [an_inspection(str(at)) for at in range(130)]
    for inspection in stored[:120]:
        table.commit(inspection)
    requested = [inspection.inspection_id for inspection in stored]
    assert table.absent([*requested, *requested]) == set(requested[120:])
    assert table.absent([]) == set()


def test_verdicts_are_those_of_live_inspections(table: Inspections) -> None:
    good, bad = an_inspection("a"), an_inspection("b", verdict=Verdict.ANOMALOUS)
    shadow = an_inspection("c", run="shadow#2")
    for inspection in (good, bad, shadow):
        table.commit(inspection)
    requested = [each.inspection_id for each in (good, bad, shadow, an_inspection("d"), good)]
    assert table.verdicts(requested) == {good.inspection_id: Verdict.NORMAL, bad.inspection_id: Verdict.ANOMALOUS}
    assert table.verdicts([]) == {}


def test_an_inspection_of_another_run_does_not_count_as_the_live_one(table: Inspections) -> None:
    shadow = an_inspection(run="shadow#2")
    table.commit(shadow)
    assert table.absent([shadow.inspection_id]) == {shadow.inspection_id}


def test_keys_that_dynamodb_did_not_process_are_requested_again() -> None:
    class Slow:
        """Answers one key for each request, as DynamoDB may under load."""

        def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
            [first, *rest] = RequestItems["t"]["Keys"]
            left = {"t": RequestItems["t"] | {"Keys": rest}} if rest else {}
            found = [] if first["inspection_id"]["S"] == "b" else [{"inspection_id": first["inspection_id"]}]
            return {"Responses": {"t": found}, "UnprocessedKeys": left}

    assert DynamoDBInspections(as_client(Slow()), "t", lines="lines").absent(["a", "b", "c"]) == {"b"}


def test_inspections_are_read_consistently() -> None:
    """An older answer would call a stored inspection missing, and it would be announced or published again."""
    tables = EmptyTables()
    table = DynamoDBInspections(as_client(tables), "inspections", lines="lines")
    assert table.find("a", LIVE) is None
    assert table.absent(["a"]) == {"a"}
    assert [request["ConsistentRead"] for request in tables.requests] == [True, True]


def test_an_image_can_have_an_inspection_for_each_run(table: Inspections) -> None:
    assert table.commit(an_inspection()).stored
    assert table.commit(an_inspection(run="shadow#2")).stored
    assert [found.run for found in readable(table.of_line(QUERY))] == [LIVE]


def test_an_unknown_id_is_not_found(table: Inspections) -> None:
    assert table.find("nothing", LIVE) is None


def test_the_inspections_of_a_line_are_listed_newest_first_over_several_days(table: Inspections) -> None:
    for hours in (0, 1, 30, 49, 71, 73):
        table.commit(an_inspection(f"h{hours}", captured_at=NOON - timedelta(hours=hours)))
    table.commit(an_inspection("other", line="line-2"))
    found = readable(table.of_line(QUERY))
    assert [inspection.image_id for inspection in found] == ["h0", "h1", "h30", "h49", "h71"]
    assert [inspection.image_id for inspection in readable(table.of_line(QUERY, after=found[2]))] == ["h49", "h71"]


def test_inspections_of_the_same_instant_are_all_listed(table: Inspections) -> None:
    for image_id in "abc":
        table.commit(an_inspection(image_id))
    first, *rest = readable(table.of_line(QUERY))
    assert list(table.of_line(QUERY, after=first)) == rest
    assert len(rest) == 2


def test_nothing_is_listed_after_a_position_before_the_query(table: Inspections) -> None:
    """This happens with a cursor of a query whose start time moves."""
    inspection = an_inspection()
    table.commit(inspection)
    later = replace(QUERY, since=NOON + timedelta(seconds=1), until=NOON + timedelta(hours=1))
    assert list(table.of_line(later, after=inspection)) == []


@given(st.just(0.0) | st.floats(1e-130, 1), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_an_item_is_parsed_to_the_same_inspection(p: float, score: float) -> None:
    inspection = an_inspection(anomaly_probability=p, confidence=confidence_of(p), anomaly_score=score)
    assert from_item(to_item(inspection)) == inspection


@given(st.floats(0, 1))
def test_dynamodb_accepts_every_probability(p: float) -> None:
    """DynamoDB's smallest number is 1e-130; moto has no such limit."""
    stored = float(to_item(an_inspection(anomaly_probability=p))["anomaly_probability"]["N"])
    assert stored == (p if p >= 1e-130 else 0)


def test_boxes_and_the_map_are_stored_and_read_back(table: Inspections) -> None:
    boxes = (Box(0, 0, 30, 40), Box(1, 2, 3, 4))
    stored = an_inspection(boxes=boxes, area_fraction=0.25, features="filters", anomaly_map=MAP.to_text())
    table.commit(stored)
    assert table.find(stored.inspection_id, LIVE) == stored
    [listed] = readable(table.of_line(QUERY))
    assert listed.boxes == boxes


def test_the_stream_has_boxes_and_map_as_the_table_has() -> None:
    stored = an_inspection(boxes=(Box(0, 0, 30, 40),), area_fraction=0.25, anomaly_map=MAP.to_text())
    assert inspection_in({"eventName": "INSERT", "dynamodb": {"NewImage": to_item(stored)}}) == stored


def test_the_item_of_a_normal_image_is_written_with_one_unit() -> None:
    """With ids and names of the usual lengths, and the map of an image that is usual but for a few cells."""
    digest = "9e223a664def65feee149c2087022fca"
    levels = bytearray(1024)
    levels[100:104], levels[132:135] = b"\x41\x52\x48\x44", b"\x47\x61\x43"
    stored = an_inspection(
        digest,
        facility="facility-north",
        bucket="linewatch-production-123456789012",
        etag=digest,
        size_bytes=1_234_567,
        width=4096,
        height=3000,
        anomaly_probability=0.03123456789012345,
        confidence=0.9375308752059937,
        anomaly_score=-3.434567890123456,
        area_fraction=0.0039,
        features="efficientnet-lite0",
        anomaly_map=AnomalyMap(32, 32, bytes(levels)).to_text(),
        queue_ms=980.1234567890123,
        inspection_ms=21.123456789012345,
        correlation_id=digest,
    )
    assert item_bytes(to_item(stored)) <= 1024
