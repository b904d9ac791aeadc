"""Verdicts are requested by pages, and every image gets its own."""

import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewatch.camera.status import ImageStatus, State
from linewatch.camera.verdicts import spans
from tests.camera.conftest import Fill
from tests.camera.running import sent_by, states
from tests.camera.service import Service

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(MOMENTS, min_size=1, max_size=20))
def test_intervals_contain_every_moment_and_none_is_too_long(moments: list[datetime]) -> None:
    intervals = list(spans(moments))
    assert all(any(since <= moment <= until for since, until in intervals) for moment in moments)
    assert all(until - since < timedelta(days=31) for since, until in intervals)


def test_verdicts_come_in_pages(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(120)
    service.page = 50
    assert states(sent_by(service.api(), tmp_path / "shots", wait=5)) == [State.INSPECTED] * 120
    assert service.calls["GET"] == 3


def test_a_later_run_fetches_the_verdicts_that_an_earlier_one_did_not_wait_for(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(3)
    sent_by(service.api(), tmp_path / "shots")
    service.calls.clear()
    assert states(sent_by(service.api(), tmp_path / "shots", wait=5)) == [State.INSPECTED] * 3
    assert service.calls == {"GET": 1}


def test_an_image_that_is_not_in_the_list_is_requested_by_its_id(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(2)
    sent_by(service.api(), tmp_path / "shots")
    for inspection in service.inspections.values():
        inspection["captured_at"] = "2020-01-01T00:00:00Z"
    assert states(sent_by(service.api(), tmp_path / "shots", wait=5)) == [State.INSPECTED] * 2


def test_the_wait_ends_when_no_verdict_comes(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(2)
    service.inspecting = False
    started = time.monotonic()
    statuses = sent_by(service.api(), tmp_path / "shots", wait=0.05)
    assert states(statuses) == [State.UPLOADED] * 2
    assert time.monotonic() - started < 15


def test_a_rejected_image_has_a_reason(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    sent_by(service.api(), tmp_path / "shots")
    [inspection] = service.inspections.values()
    inspection |= {"verdict": "rejected", "confidence": None, "reason": "the image is damaged or cut off"}
    [status] = sent_by(service.api(), tmp_path / "shots", wait=5)
    assert (status.verdict, status.confidence, status.cause) == ("rejected", None, "the image is damaged or cut off")


SPOT = {"boxes": [[2, 3, 18, 15]], "width": 64, "height": 48, "area_fraction": 0.03}


def test_each_verdict_other_than_normal_is_printed_with_the_worst_spot(
    service: Service, fill: Fill, tmp_path: Path
) -> None:
    fill(3)
    sent_by(service.api(), tmp_path / "shots")
    _, defect, unfamiliar = service.inspections.values()
    defect |= {"verdict": "anomalous", **SPOT}
    unfamiliar |= {"verdict": "unfamiliar", "confidence": None, "reason": "unlike anything in training"}
    output = StringIO()
    statuses = sent_by(service.api(), tmp_path / "shots", wait=5, output=output)
    by_verdict = {status.verdict: status for status in statuses}
    assert by_verdict["anomalous"].spot == "upper left, 2,3-18,15 px, 3 % of the image"
    assert by_verdict["normal"].spot is by_verdict["unfamiliar"].spot is None
    printed = output.getvalue()
    assert f"{by_verdict['anomalous'].file}: anomalous, upper left, 2,3-18,15 px, 3 % of the image" in printed
    assert f"{by_verdict['unfamiliar'].file}: unfamiliar, unlike anything in training" in printed
    assert f"{by_verdict['normal'].file}:" not in printed


@pytest.mark.parametrize(
    "changes", [{"boxes": None}, {"boxes": [[1, 2]]}, {"boxes": "x"}, {"width": 0}, {"height": None}, {"boxes": []}]
)
def test_a_service_that_says_no_spot_or_says_it_otherwise_still_gives_its_verdict(changes: dict[str, object]) -> None:
    sent = ImageStatus(file="a.png", stamp=(1, 2), state=State.UPLOADED)
    inspected = sent.with_inspection({"verdict": "of a later version", **SPOT, **changes})
    assert (inspected.verdict, inspected.spot) == ("of a later version", None)
