"""Daily reports that people look for on the page, by the API."""

from dataclasses import replace

import app
from tests.pipeline.exports import make_work_group
from tests.pipeline.model_service import HANDLER
from tests.pipeline.promotions import ADMIN
from tests.pipeline.reports import print_a_day
from tests.pipeline.world import World
from tests.support.builders import NOON


def reports_that_are_found(world: World) -> None:
    """The days are listed, and one is found with links to its files."""
    print_a_day(world)
    grant = replace(ADMIN, project="plates")
    with world.wire.watching(HANDLER):
        app.linewatch.daily.list_days("plates", grant)
        assert app.linewatch.daily.find_day("plates", NOON.date(), grant).files


def an_export(world: World) -> None:
    """A named query is asked, and its answer kept as a file."""
    make_work_group(world)
    grant = replace(ADMIN, project="plates")
    with world.wire.watching(HANDLER):
        begun = app.linewatch.lake.begin_export("plates", "by-line", NOON.date(), NOON.date(), grant)
        assert app.linewatch.lake.find_export("plates", begun, "csv", grant).link
