"""Metrics are few lines and few metrics, and say the same as one line for each value would."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from chalicelib.aws.measurements import measurements

IMAGES = [
    ("plates", f"line-{n % 2}", {"ProcessedImageCount": 1, "FailedImageCount": 0, "QueueDelay": n}) for n in range(10)
]


def measured(images: list[Any], *, per_line: bool) -> None:
    with measurements(per_line=per_line) as measure, ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda image: measure(*image), images):
            pass


def test_a_batch_is_one_line_with_the_sum_of_counts_and_each_time(lines: list[dict[str, Any]]) -> None:
    measured(IMAGES, per_line=False)
    [line] = lines
    assert (line["project"], line["line"]) == ("all", "all")
    assert line["ProcessedImageCount"] == 10
    assert sorted(line["QueueDelay"]) == list(range(10))
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"].startswith("Linewatch/")
    assert directive["Dimensions"] == [["project", "line"]]
    described = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert described == {"ProcessedImageCount": "Count", "QueueDelay": "Milliseconds"}


def test_a_count_of_nothing_is_no_metric(lines: list[dict[str, Any]]) -> None:
    measured(IMAGES, per_line=True)
    assert not [line for line in lines if "FailedImageCount" in line]


def test_a_line_of_its_own_counts_under_its_name_and_under_all(lines: list[dict[str, Any]]) -> None:
    measured(IMAGES, per_line=True)
    counted = {(line["project"], line["line"]): line["ProcessedImageCount"] for line in lines}
    assert counted == {("all", "all"): 10, ("plates", "line-0"): 5, ("plates", "line-1"): 5}


def test_nothing_measured_is_no_line(lines: list[dict[str, Any]]) -> None:
    measured([("plates", "line-1", {"ErrorCount": 0})], per_line=True)
    assert lines == []


def test_what_was_measured_before_an_error_is_logged(lines: list[dict[str, Any]]) -> None:
    with suppress(RuntimeError), measurements(per_line=False) as measure:
        measure("plates", "line-1", {"ErrorCount": 1})
        raise RuntimeError("out of time")
    assert [line["ErrorCount"] for line in lines] == [1]


def test_no_metric_of_a_line_has_more_values_than_cloudwatch_takes(lines: list[dict[str, Any]]) -> None:
    measured(IMAGES * 25, per_line=False)
    assert [len(line["QueueDelay"]) for line in lines] == [100, 100, 50]
    assert sum(line["ProcessedImageCount"] for line in lines) == 250
