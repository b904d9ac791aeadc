"""An image whose inspection fails is counted and delivered again."""

from typing import Any

import pytest

from chalicelib.aws.measurements import measurements
from chalicelib.core.errors import NoModel
from chalicelib.inspections.handlers import errors_counted, inspect_images
from chalicelib.models.ports import ModelRefused
from tests.support.builders import an_upload
from tests.support.deployment import a_linewatch


def test_an_error_is_counted_under_its_line_and_raised_for_another_attempt(lines: list[dict[str, Any]]) -> None:
    with (
        pytest.raises(RuntimeError, match="out of memory"),
        measurements(per_line=True) as measure,
        errors_counted(an_upload(), measure),
    ):
        raise RuntimeError("out of memory")
    failed, everything, line = lines
    assert failed["key"] == an_upload().key
    assert (line["ErrorCount"], line["project"], line["line"]) == (1, "plates", "line-1")
    assert (everything["ErrorCount"], everything["project"], everything["line"]) == (1, "all", "all")


class Registry:
    """Live models: those of `plates` are right, of `screws` refused."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def live(self, project: str) -> None:
        self.asked.append(project)
        if project == "screws":
            raise ModelRefused("differs")
        if project != "plates":
            raise NoModel(project)

    def version(self, project: str, version: str) -> None:
        self.asked.append(f"{project}/{version}")


@pytest.mark.parametrize(("project", "error"), [("screws", ModelRefused), ("none", NoModel)])
def test_a_live_model_is_tested_on_demand_and_a_wrong_one_is_an_error(project: str, error: type[Exception]) -> None:
    linewatch, registry = a_linewatch(), Registry()
    linewatch.models.registry = registry  # type: ignore[assignment]
    inspect_images({"selfTest": "plates"}, linewatch.inspections)
    with pytest.raises(error):
        inspect_images({"selfTest": project}, linewatch.inspections)
    inspect_images({"selfTest": "plates", "version": "7"}, linewatch.inspections)
    assert registry.asked == ["plates", project, "plates/7"]
