"""A stage for each test."""

from collections.abc import Iterator

import pytest

from tests.operate.stage import Stage, a_stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        yield made
