"""The arithmetic of the bill."""

from collections import Counter

import pytest

from linewatch.dev.bench.billing import MEMORY_MB, Row, bill, total
from linewatch.dev.bench.prices import UNITS, write_units
from linewatch.dev.bench.replay import FULL, Replay, item_bytes
from linewatch.project import ROOT
from linewatch.stack.template import merged_infra


def replayed(images: int, **sizes: int) -> Replay:
    requests = {("inspect_images", "s3.GetObject"): images, ("inspect_images", "dynamodb.PutItem"): images}
    requests["relay_changes", "eventbridge.PutEvents"] = images // 10
    invocations = {"api_handler": images // 100, "inspect_images": images // 10}
    known = {"log_bytes": 1000 * images, "item_bytes": 756, "event_bytes": 1500}
    return Replay(images, Counter(requests), Counter(invocations), **(known | sizes))


def row(rows: list[Row], what: str) -> Row:
    [only] = [each for each in rows if what in each.what]
    return only


def test_a_bill_is_the_same_for_each_image_for_any_number_of_images() -> None:
    small, large = (total(bill(replayed(images), FULL, {})) for images in (1000, 5000))
    assert small == pytest.approx(large)


def test_uploads_and_requests_for_urls_cost_their_list_prices() -> None:
    rows = bill(replayed(1000), FULL, {})
    assert row(rows, "the camera uploads").usd_per_million_images == pytest.approx(5.00)
    assert row(rows, "requests for URLs").usd_per_million_images == pytest.approx(3.50 / 100)


def test_events_are_billed_one_by_one_though_a_request_has_ten() -> None:
    events = row(bill(replayed(1000), FULL, {}), "PutEvents")
    assert (events.requests, events.units) == (100, 1000)


@pytest.mark.parametrize(("size", "units"), [(1, 2), (1024, 2), (1025, 4)])
def test_an_inspection_is_written_twice_for_each_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(size) == units
    assert row(bill(replayed(1000, item_bytes=size), FULL, {}), "PutItem").units == 1000 * units


def test_a_handlers_own_time_is_billed_by_its_memory() -> None:
    fast, slow = (bill(replayed(1000), FULL, {"inspect_images": ms}) for ms in (0.0, 1.0))
    assert total(slow) - total(fast) == pytest.approx(1e6 * 0.001 * 1769 / 1024 * 0.0000166667)


def test_a_request_that_has_no_price_is_an_error() -> None:
    known = replayed(1000)
    known.requests["inspect_images", "rekognition.DetectLabels"] = 1
    assert "rekognition.DetectLabels" not in UNITS
    with pytest.raises(KeyError, match="rekognition"):
        bill(known, FULL, {})


def test_an_item_counts_its_names_its_strings_and_a_byte_for_two_digits() -> None:
    assert item_bytes({"line": {"S": "älter"}}) == 4 + 6
    assert item_bytes({"n": {"N": "-12.345"}}) == 1 + 3 + 1
    assert item_bytes({"n": {"L": [{"N": "1"}, {"S": "ab"}]}}) == 1 + 3 + (1 + 2) + (1 + 2)


def test_functions_are_billed_for_the_memory_that_infra_gives_them() -> None:
    properties = [each.get("Properties", {}) for each in merged_infra(ROOT / "infra")["Resources"].values()]
    memory = {
        each["FunctionName"]["Fn::Sub"].rsplit("-", 1)[1]: each["MemorySize"]
        for each in properties
        if "FunctionName" in each
    }
    assert {handler: memory[handler] for handler in MEMORY_MB} == MEMORY_MB
