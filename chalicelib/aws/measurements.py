"""What one invocation measures, in few lines: AWS charges for logs by size, and for metrics by their number."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched

from chalicelib.aws.observability import MetricValue, is_count, log_event

ALL = "all"
"""The project and line of the metrics that count everything."""
MOST_VALUES = 100
"""The most values that CloudWatch takes for one metric of a log line."""
SIGN_OF_LIFE = "ProcessedImageCount"
"""The count that is written even if it is 0: the alarm for a silent line counts how often it comes."""

type Measure = Callable[[str, str, Mapping[str, float]], None]
"""Takes a project, a line and values by metric: counts, or times in ms."""
type Measured = tuple[str, str, Mapping[str, float]]


@contextmanager
def measurements(*, per_line: bool) -> Iterator[Measure]:
    """Gather values in any thread during the block; log them at its end, also after an error.

    Everything is counted under the project `all` and the line `all`; with `per_line` also under its own. Counts are
    added up, and a count of 0 is not written, but for the sign of life. Times are kept one by one, so that percentiles
    stay right.
    """
    gathered: list[Measured] = []
    try:
        yield lambda project, line, values: gathered.append((project, line, values))
    finally:
        for some in batched(gathered, MOST_VALUES):
            _log(some, [(ALL, ALL)])
            if per_line:
                _log(some, sorted({(project, line) for project, line, _ in some}))


def log_quiet(lines: Iterable[tuple[str, str]]) -> None:
    """Say of these lines, each a project and a line, that no image is expected: their alarm for silence stays still."""
    for project, line in lines:
        log_event("no image is expected", metrics={SIGN_OF_LIFE: 0}, project=project, line=line)


def _log(measured: Sequence[Measured], places: Sequence[tuple[str, str]]) -> None:
    for project, line in places:
        here = [values for at, on, values in measured if (project, line) in ((ALL, ALL), (at, on))]
        if metrics := _together(here):
            log_event("measured", metrics=metrics, project=project, line=line)


def _together(measured: Sequence[Mapping[str, float]]) -> dict[str, MetricValue]:
    names = dict.fromkeys(name for values in measured for name in values)
    together: dict[str, MetricValue] = {}
    for name in names:
        values = [round(each[name]) for each in measured if name in each]
        together[name] = sum(values) if is_count(name) else values
    return {name: value for name, value in together.items() if value != 0 or name == SIGN_OF_LIFE}
