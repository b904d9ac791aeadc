"""People see what happened to one image, from the camera to the lake."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.domain import Role
from chalicelib.alerts.domain import HOLD, Claim, State
from chalicelib.core.answer import Action
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import reviewed
from chalicelib.lake.domain import Partition
from tests.http.conftest import Api
from tests.support.builders import NOON, an_inspection

UPLOADED, INSPECTED, ALERTED, ANSWERED = (NOON + timedelta(seconds=each) for each in (2, 5, 6, 60))
BEGUN = UPLOADED + timedelta(milliseconds=2900)


def inspected(**changes: Any) -> Inspection:
    """Captured at noon, and in the queue for some seconds."""
    times = {"captured_at": NOON, "uploaded_at": UPLOADED, "inspected_at": INSPECTED, "queue_ms": 2900.0}
    return an_inspection("part-7", **{"verdict": Verdict.ANOMALOUS, **times, **changes})


def steps(api: Api, inspection: Inspection) -> list[dict[str, Any]]:
    answer = api.get(f"/inspections/{inspection.inspection_id}/trace", api.key(Role.VIEWER)).json_body
    found: list[dict[str, Any]] = answer["steps"]
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in found]


def test_a_new_image_was_captured_uploaded_begun_and_inspected(api: Api) -> None:
    found = inspected()
    api.inspections.commit(found)
    [captured, uploaded, begun, judged] = steps(api, found)
    assert names([captured, uploaded, begun, judged]) == ["captured", "uploaded", "begun", "inspected"]
    times = [datetime.fromisoformat(each["at"]) for each in (captured, uploaded, begun, judged)]
    assert times == [NOON, UPLOADED, BEGUN, INSPECTED]
    assert (captured["by"], judged["outcome"]) == ("cam-1", "anomalous")


@pytest.mark.parametrize(
    ("state", "held_until"), [(State.SENT, ALERTED + HOLD), (State.COUNTED, ALERTED), (State.HELD, ALERTED + HOLD)]
)
def test_an_alert_has_its_time_whether_it_was_sent_or_counted(api: Api, state: State, held_until: datetime) -> None:
    """Also after answers, which alert nobody."""
    found = inspected()
    alert_id = event_of(found).event_id
    api.ledger.claims[alert_id] = Claim(alert_id, state, held_until)
    for each in (found, reviewed(found, Label.ANOMALOUS, kind=None, comment=None, by="ann", at=ANSWERED)):
        api.inspections.items.clear()
        api.inspections.commit(each)
        [alerted] = [step for step in steps(api, each) if step["name"] == "alerted"]
        assert (alerted["outcome"], datetime.fromisoformat(alerted["at"])) == (state, ALERTED)


def test_answers_and_the_row_of_the_lake_are_steps_too(api: Api) -> None:
    found = inspected()
    stopped = reviewed(
        found, Label.ANOMALOUS, kind=None, comment="a scratch", action=Action.LINE_STOPPED, by="ann", at=ANSWERED
    )
    now = reviewed(stopped, Label.NORMAL, kind=None, comment=None, by="bob", at=ANSWERED + HOLD)
    api.inspections.commit(now)
    api.lake.write(Partition.of(now), [event_of(found), event_of(stopped)])
    answer = steps(api, now)
    assert names(answer)[-3:] == ["reviewed", "reviewed", "archived"]
    first, second, archived = answer[-3:]
    assert (first["outcome"], first["by"], first["reason"]) == ("line_stopped", "ann", "a scratch")
    assert (second["outcome"], second["revision"]) == ("normal", 3)
    assert (archived["at"], archived["revision"]) == (None, 2)


def test_a_failed_image_says_why_and_has_no_begin(api: Api) -> None:
    found = inspected(verdict=Verdict.FAILED, revision=0, reason="out of memory", queue_ms=None, confidence=None)
    api.inspections.commit(found)
    answer = steps(api, found)
    assert names(answer) == ["captured", "uploaded", "inspected"]
    assert (answer[-1]["outcome"], answer[-1]["reason"]) == ("failed", "out of memory")


def test_an_image_of_another_project_or_an_unknown_one_is_not_found(api: Api) -> None:
    found = inspected()
    api.inspections.commit(found)
    for project, name in (("bolts", found.inspection_id), ("plates", "unknown")):
        assert api.get(f"/inspections/{name}/trace", api.key(Role.ADMIN, project)).status_code == 404
