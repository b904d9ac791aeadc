"""docs/reference/cost.md says what the computation says."""

from pathlib import Path
from typing import Any

import pytest

from linewatch.cost.billing import bill, total
from linewatch.cost.counted import FULL, SCENARIOS, SINGLE_URLS, keep, kept
from linewatch.cost.page import filled
from linewatch.project import ROOT


def test_the_page_has_the_computed_tables_of_this_template(template: dict[str, Any]) -> None:
    """`python -m linewatch measure cost --write docs/reference/cost.md` mends it."""
    page = (ROOT / "docs" / "reference" / "cost.md").read_text()
    assert filled(page, template) == page


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    keep(kept(), tmp_path / "counted.json")
    assert kept(tmp_path / "counted.json") == kept()
    assert set(kept()) == {batches.name for batches in SCENARIOS}


@pytest.mark.parametrize(("batches", "most"), [(FULL, 9.2), (SINGLE_URLS, 13.0)])
def test_a_million_images_stay_within_the_budget(batches: Any, most: float) -> None:
    """Without traces, which are by setting; 0.16 USD of it is for the queues of projects."""
    assert total(bill(kept()[batches.name], batches, traced=False)) <= most
