"""A chart as inline SVG: two axes, and what is drawn between them. Colours are the page's style sheet's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 14, 46

type Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A range, its name, and the places on it that are written down."""

    name: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Where on the axis a value is, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def percent_axis(name: str) -> Axis:
    """From 0 to 100 %, of values from 0 to 1."""
    return Axis(name, 0, 1, [(tick / 4, f"{25 * tick} %") for tick in range(5)])


@dataclass
class Chart:
    """Draw on it in the axes' values, then take its `markup`."""

    title: str
    x: Axis
    y: Axis
    parts: list[Markup] = field(default_factory=list)

    def line(self, points: Sequence[Point], css: str) -> None:
        """A line through points."""
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self._place, points))
        self.parts.append(Markup('<polyline class="{}" points="{}"/>').format(css, places))

    def dot(self, point: Point, radius: float, css: str, hint: str) -> None:
        """A disc with a word for those who point at it."""
        x, y = self._place(point)
        disc = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}</title></circle>')
        self.parts.append(disc.format(css, x, y, radius, hint))

    def bar(self, corner: Point, opposite: Point, css: str, hint: str) -> None:
        """A filled box between two corners."""
        (x0, y0), (x1, y1) = self._place(corner), self._place(opposite)
        box = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>')
        self.parts.append(box.format(css, min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0), hint))

    def word(self, point: Point, text: str, anchor: str = "start") -> None:
        """Text at a point."""
        x, y = self._place(point)
        self.parts.append(_text(x, y, text, anchor))

    def markup(self) -> Markup:
        """The whole SVG element."""
        frame = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">'
        return Markup(frame) + self._axes() + Markup("").join(self.parts) + Markup("</svg>")  # noqa: S704

    def _place(self, point: Point) -> Point:
        across, up = self.x.share(point[0]), self.y.share(point[1])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def _axes(self) -> Markup:
        drawn = [_text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 8, self.x.name, "middle")]
        middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
        drawn.append(_text(12, middle, self.y.name, "middle", turned=True))
        for value, text in self.x.ticks:
            x, y = self._place((value, self.y.low))
            drawn += [_rule(x, y, x, TOP), _text(x, y + 16, text, "middle")]
        for value, text in self.y.ticks:
            x, y = self._place((self.x.low, value))
            drawn += [_rule(x, y, WIDTH - RIGHT, y), _text(x - 6, y + 4, text, "end")]
        return Markup("").join(drawn)


def _text(x: float, y: float, text: str, anchor: str, *, turned: bool = False) -> Markup:
    turn = Markup(' transform="rotate(-90 {:.1f} {:.1f})"').format(x, y) if turned else ""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>').format(x, y, anchor, turn, text)


def _rule(x0: float, y0: float, x1: float, y1: float) -> Markup:
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(x0, y0, x1, y1)
