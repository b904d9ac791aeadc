"""An image whose inspection fails is counted and delivered again."""

from typing import Any

import pytest

from chalicelib.inspections.handlers import errors_counted
from tests.support.builders import an_upload


def test_an_error_is_counted_under_its_line_and_raised_for_another_attempt(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(RuntimeError, match="out of memory"), errors_counted(an_upload()):
        raise RuntimeError("out of memory")
    [line] = lines
    assert (line["ErrorCount"], line["project"], line["line"]) == (1, "plates", "line-1")
    assert line["key"] == an_upload().key
