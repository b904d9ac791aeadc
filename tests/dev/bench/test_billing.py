"""The arithmetic of the bill; its figures are the bench's."""

from collections import Counter

import pytest

from linewatch.dev.bench.billing import MEMORY_MB, Row, bill, total
from linewatch.dev.bench.prices import UNITS, write_units
from linewatch.dev.bench.replay import FULL, Replay, item_bytes
from linewatch.project import ROOT
from linewatch.stack.template import merged_infra


def rehearsed(images: int, **sizes: int) -> Replay:
    requests = {("inspect_images", "s3.GetObject"): images, ("inspect_images", "dynamodb.PutItem"): images}
    requests["relay_changes", "eventbridge.PutEvents"] = images // 10
    invocations = {"api_handler": images // 100, "inspect_images": images // 10}
    known = {"log_bytes": 1000 * images, "item_bytes": 756, "event_bytes": 1500}
    return Replay(images, Counter(requests), Counter(invocations), **(known | sizes))


def row(rows: list[Row], what: str) -> Row:
    [found] = [each for each in rows if what in each.what]
    return found


def test_a_bill_is_the_same_for_each_image_however_many_were_counted() -> None:
    small, large = (total(bill(rehearsed(images), FULL, {})) for images in (1000, 5000))
    assert small == pytest.approx(large)


def test_uploads_and_requests_for_urls_cost_their_list_prices() -> None:
    rows = bill(rehearsed(1000), FULL, {})
    assert row(rows, "the camera puts").usd_per_million_images == pytest.approx(5.00)
    assert row(rows, "requests for URLs").usd_per_million_images == pytest.approx(3.50 / 100)


def test_events_are_billed_one_by_one_though_ten_go_in_a_request() -> None:
    events = row(bill(rehearsed(1000), FULL, {}), "PutEvents")
    assert (events.requests, events.units) == (100, 1000)


@pytest.mark.parametrize(("size", "units"), [(1, 2), (1024, 2), (1025, 4)])
def test_an_inspection_is_written_twice_for_each_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(size) == units
    assert row(bill(rehearsed(1000, item_bytes=size), FULL, {}), "PutItem").units == 1000 * units


def test_a_handlers_own_time_is_billed_by_its_memory() -> None:
    fast, slow = (bill(rehearsed(1000), FULL, {"inspect_images": ms}) for ms in (0.0, 1.0))
    assert total(slow) - total(fast) == pytest.approx(1e6 * 0.001 * 1769 / 1024 * 0.0000166667)


def test_a_request_that_has_no_price_is_an_error() -> None:
    known = rehearsed(1000)
    known.requests["inspect_images", "rekognition.DetectLabels"] = 1
    assert "rekognition.DetectLabels" not in UNITS
    with pytest.raises(KeyError, match="rekognition"):
        bill(known, FULL, {})


def test_an_item_counts_its_names_its_texts_and_two_digits_a_byte() -> None:
    assert item_bytes({"line": {"S": "älter"}}) == 4 + 6
    assert item_bytes({"n": {"N": "-12.345"}}) == 1 + 3 + 1


def test_functions_are_billed_for_the_memory_that_infra_gives_them() -> None:
    told = [each.get("Properties", {}) for each in merged_infra(ROOT / "infra")["Resources"].values()]
    memory = {
        each["FunctionName"]["Fn::Sub"].rsplit("-", 1)[1]: each["MemorySize"] for each in told if "FunctionName" in each
    }
    assert {handler: memory[handler] for handler in MEMORY_MB} == MEMORY_MB
