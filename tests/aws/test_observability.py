"""Logs, metrics and traces have the expected content."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.context import Context

from chalicelib.aws import observability


def test_a_failure_is_logged_with_its_whole_chain(lines: list[dict[str, Any]]) -> None:
    error = RuntimeError("no verdict")
    error.__cause__ = OSError("disk full")
    observability.log_failure("failed", error, message_id="m1")
    assert "disk full" in lines[0]["cause"]
    assert (lines[0]["level"], lines[0]["message_id"]) == ("ERROR", "m1")


def test_the_metrics_of_two_stages_are_apart() -> None:
    record = logging.makeLogRecord({"msg": "measured", "fields": {"ErrorCount": 1}, "metrics": ["ErrorCount"]})
    lines = [json.loads(observability.JsonLines(stage).format(record)) for stage in ("prod", "test")]
    spaces = [line["_aws"]["CloudWatchMetrics"][0]["Namespace"] for line in lines]
    assert spaces == ["Linewatch/prod", "Linewatch/test"]


def test_outside_aws_tracing_does_nothing() -> None:
    with observability.tracer(traced=False)("inspect_image") as annotate:
        annotate(["c1"])


class Kept:
    """An X-Ray emitter that sends nothing."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send_entity(self, entity: Any) -> None:
        self.sent.append(entity)


def test_on_aws_each_step_is_a_subsegment_with_the_correlation_id_also_in_threads() -> None:
    emitter = Kept()
    xray_recorder.configure(context=Context(), emitter=emitter, sampling=False, service="linewatch")
    with xray_recorder.in_segment("invocation") as segment:
        traced = observability.tracer(traced=True)

        def step(correlation_id: str) -> None:
            with traced("inspect_image") as annotate:
                annotate([correlation_id])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(step, ["c1", "c2"]))
        with traced("relay_changes") as annotate:
            annotate(["c1", "c2"])
    *images, relay = segment.subsegments
    assert {part.annotations["correlation_id"] for part in images} == {"c1", "c2"}
    assert relay.metadata["default"]["correlation_ids"] == ["c1", "c2"]
