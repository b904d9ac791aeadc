"""Check that each image of a suite has one verdict and one row in the lake, and that no queue holds a message."""

from collections.abc import Collection

from chalicelib.core.inspection import Verdict
from tests.emulator.plant import Plant, until


def settle(plant: Plant, inspection_ids: Collection[str], line: str, seconds: float = 60) -> None:
    """Wait until every image of the line has a verdict and a row, and nothing waits in any queue."""

    def settled() -> bool | None:
        held = plant.queues()
        return (not held and rows(plant, line) >= set(inspection_ids)) or None

    try:
        until(settled, "the end of all work", seconds)
    except AssertionError as error:
        missing = set(inspection_ids) - set(rows(plant, line))
        raise AssertionError(
            f"{len(missing)} of {len(inspection_ids)} rows missing, queues {plant.queues()}"
        ) from error


def rows(plant: Plant, line: str) -> set[str]:
    """The inspections of a line that the lake's current view has."""
    query = "SELECT inspection_id FROM current WHERE line = ? AND run = 'live'"
    return {row[0] for row in plant.lake().execute(query, [line]).fetchall()}


def stored(plant: Plant, line: str) -> list[str]:
    """The inspection id of every stored row of a line, duplicates too."""
    return [
        row[0] for row in plant.lake().execute("SELECT inspection_id FROM stored WHERE line = ?", [line]).fetchall()
    ]


def accounted(plant: Plant, suite: str, inspection_ids: Collection[str], line: str) -> str:
    """Compact the lake, check that every image has one verdict and one row, and return a summary line."""
    images = set(inspection_ids)
    verdicts = {image: plant.find(image) for image in images}
    lost = [image for image, found in verdicts.items() if found is None or found.verdict is Verdict.FAILED]
    plant.compact()
    compacted = stored(plant, line)
    twice = [image for image in set(compacted) if compacted.count(image) > 1]
    summary = f"{suite}: {len(images)} images, {len(images) - len(lost)} verdicts, {len(lost)} lost, {len(twice)} twice"
    assert not lost, summary
    assert not twice, summary
    assert set(compacted) == images, f"{summary}; {len(set(compacted) ^ images)} rows of others or missing"
    return summary
