"""The study as one HTML file."""

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.daily.charts import axis
from chalicelib.reports.chart import Axis, Chart
from linewatch.repeatability.study import Study

_CSS = {"normal": "normal", "anomalous": "anomaly"}


def page(study: Study, source: str) -> bytes:
    """The same study makes the same bytes."""
    template = _environment().get_template("study.html")
    low, high = study.flip_bounds
    html = template.render(
        study=study, found=study.components, source=source, chart=chart_of(study), low=low, high=high
    )
    return html.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    loaders = [PackageLoader("linewatch.repeatability"), PackageLoader("chalicelib.reports.training")]
    return Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def chart_of(study: Study) -> Markup:
    """The score of each photo, part by part."""
    parts = study.parts
    scores = [reading.score for reading in study.readings]
    names = [(at + 0.5, str(at + 1)) for at in range(0, len(parts), max(1, len(parts) // 12))]
    chart = Chart("Scores of each part", Axis("part", 0, len(parts), names), _scale(min(scores), max(scores)))
    for at, part in enumerate(parts):
        of = [reading for reading in study.readings if reading.part == part]
        chart.line([(at + 0.5, min(r.score for r in of)), (at + 0.5, max(r.score for r in of))], "whisker")
        for reading in of:
            hint = f"{part}, {reading.image}: {reading.score:.2f}, {reading.verdict}"
            chart.dot((at + 0.5, reading.score), 3.5, _CSS.get(reading.verdict, "chance"), hint)
    return chart.markup()


def _scale(low: float, high: float) -> Axis:
    if high - low >= 5:
        return axis("anomaly score", low, high)
    fine = axis("anomaly score", low, high, percent=True)
    return Axis(fine.name, fine.low, fine.high, [(value, f"{value:.3g}") for value, _ in fine.ticks])
