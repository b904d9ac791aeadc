"""The arithmetic of the bill."""

from collections import Counter
from typing import Any

import pytest

from linewatch.cost.billing import MEMORY_MB, Row, bill, total
from linewatch.cost.counted import FULL, SINGLY, Replay
from linewatch.cost.prices import UNITS, write_units
from linewatch.dev.bench.replay import item_bytes
from tests.pipeline.account import infra


def replayed(images: int, **changes: Any) -> Replay:
    requests = {("inspect_images", "s3.GetObject"): images, ("inspect_images", "dynamodb.PutItem"): images}
    requests["relay_changes", "eventbridge.PutEvents"] = images // 10
    invocations = {"api_handler": images // 100, "inspect_images": images // 10}
    known: dict[str, Any] = {"alerts": images // 50, "log_bytes": 1000 * images, "item_bytes": 756, "event_bytes": 1500}
    known |= {"requests": Counter(requests), "invocations": Counter(invocations), "overhead_ms": {}}
    return Replay(images=images, **(known | changes))


def row(rows: list[Row], what: str) -> Row:
    [only] = [each for each in rows if what in each.what]
    return only


def test_a_bill_is_the_same_for_each_image_for_any_number_of_images() -> None:
    small, large = (total(bill(replayed(images), FULL)) for images in (1000, 5000))
    assert small == pytest.approx(large)


def test_uploads_and_requests_for_urls_cost_their_list_prices() -> None:
    rows = bill(replayed(1000), FULL)
    assert row(rows, "the camera uploads").usd_per_million_images == pytest.approx(5.00)
    assert row(rows, "requests for URLs").usd_per_million_images == pytest.approx(3.50 / 100)


def test_events_are_billed_one_by_one_though_a_request_has_ten() -> None:
    events = row(bill(replayed(1000), FULL), "PutEvents")
    assert (events.requests, events.units) == (100, 1000)


@pytest.mark.parametrize(("size", "units"), [(1, 2), (1024, 2), (1025, 4)])
def test_an_inspection_is_written_twice_for_each_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(size) == units
    assert row(bill(replayed(1000, item_bytes=size), FULL), "PutItem").units == 1000 * units


def test_a_handlers_own_time_is_billed_by_its_memory() -> None:
    fast, slow = (bill(replayed(1000, overhead_ms={"inspect_images": ms}), FULL) for ms in (0.0, 1.0))
    assert total(slow) - total(fast) == pytest.approx(1e6 * 0.001 * 1769 / 1024 * 0.0000166667)


def test_a_request_that_has_no_price_is_an_error() -> None:
    known = replayed(1000)
    known.requests["inspect_images", "rekognition.DetectLabels"] = 1
    assert "rekognition.DetectLabels" not in UNITS
    with pytest.raises(KeyError, match="rekognition"):
        bill(known, FULL)


def test_an_item_counts_its_names_its_strings_and_a_byte_for_two_digits() -> None:
    assert item_bytes({"line": {"S": "älter"}}) == 4 + 6
    assert item_bytes({"n": {"N": "-12.345"}}) == 1 + 3 + 1
    assert item_bytes({"n": {"L": [{"N": "1"}, {"S": "ab"}]}}) == 1 + 3 + (1 + 2) + (1 + 2)


def test_functions_are_billed_for_the_memory_that_infra_gives_them() -> None:
    properties = [each.get("Properties", {}) for each in infra()["Resources"].values()]
    memory = {
        each["FunctionName"]["Fn::Sub"].removeprefix("linewatch-${Stage}").removeprefix("-") or "api_handler": each[
            "MemorySize"
        ]
        for each in properties
        if "FunctionName" in each
    }
    assert {handler: memory[handler] for handler in MEMORY_MB} == MEMORY_MB


def test_only_events_that_may_alert_are_sent_to_the_queue_of_alerts() -> None:
    sent = row(bill(replayed(1000, alerts=20), FULL), "the bus sends to alerts")
    assert sent.units == 20


def test_the_first_invocation_of_each_second_is_traced_and_a_twentieth_of_the_others() -> None:
    """100 images a second are 10 invocations of inspect_images and one of the API: 1.45 and 1 of them are traced."""
    traces = row(bill(replayed(1000), FULL), "the first invocation a second")
    assert traces.units == pytest.approx(10 * (1.45 + 1))


def test_every_invocation_of_a_slow_line_is_traced() -> None:
    one_each = Counter({"inspect_images": 1000, "relay_changes": 1000})
    traces = row(bill(replayed(1000, invocations=one_each), SINGLY), "the first invocation a second")
    assert traces.units == pytest.approx(2000)


def test_without_traces_they_cost_nothing() -> None:
    assert not [each for each in bill(replayed(1000), FULL, traced=False) if each.service == "x-ray traces"]
