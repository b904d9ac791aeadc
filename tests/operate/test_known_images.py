"""The model of `check`: made when there is none that is right, seen in no list, and one at a time."""

import pytest

from chalicelib.core.image import CHECK_PROJECT
from linewatch.operate.check.known_images import make_model_ready
from tests.operate.stage import Stage, a_stage

pytestmark = pytest.mark.training


def test_a_check_has_one_model_that_is_right_and_no_list_shows_its_project() -> None:
    with a_stage() as stage:
        said: list[str] = []
        for _ in range(2):
            make_model_ready(stage.linewatch, said.append)
        assert said == ["training a small model for the check"]
        lost(stage)
        make_model_ready(stage.linewatch, said.append)
        assert len(said) == 2
        assert stage.keys("models/") == [f"models/{CHECK_PROJECT}/2.safetensors"]
        assert [row["version"] for row in stage.json("model", "list", CHECK_PROJECT)] == [2]
        assert stage.json("project", "list") == []


def lost(stage: Stage) -> None:
    """The live version of the project is gone, and no worker remembers it."""
    revision = stage.linewatch.projects.registry.find(CHECK_PROJECT).revision
    stage.linewatch.models.live_versions.point(CHECK_PROJECT, None, order=revision)
    del stage.linewatch.models.registry
