"""People see how many images of a project wait for a verdict, and for how long."""

from datetime import timedelta

import pytest

from chalicelib.access.domain import Role
from tests.http.conftest import Api

QUEUE = "/projects/plates/queue"


@pytest.mark.parametrize(
    ("count", "age", "oldest"), [(12, 40, 40.0), (12, None, None), (0, 40, None)], ids=["old", "not measured", "empty"]
)
def test_what_waits_is_counted_and_the_oldest_has_an_age(
    api: Api, count: int, age: int | None, oldest: float | None
) -> None:
    api.depths.count, api.depths.age = count, None if age is None else timedelta(seconds=age)
    assert api.get(QUEUE, api.key(Role.VIEWER)).json_body == {"waiting": count, "oldest_seconds": oldest}


def test_a_project_without_a_queue_of_its_own_has_no_count(api: Api) -> None:
    api.depths.count = None
    assert api.get(QUEUE, api.key(Role.VIEWER)).status_code == 404


def test_another_project_is_forbidden(api: Api) -> None:
    assert api.get("/projects/bolts/queue", api.key(Role.ADMIN)).status_code == 403
