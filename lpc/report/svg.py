"""A curve as SVG, the same text for the same data on every machine.

Colours follow the reader's scheme: dark lines on white, light lines on near-black.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from math import ceil, floor

from lpc.kernel.algebraic import Cyclotomic
from lpc.kernel.evaluate import Number, shown
from lpc.report.relaxed import Crossing, Point, Relaxed

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 168, 56, 56
TICKS = 10
"""So many at most on the axis of the values."""
LINE = 15
"""Least distance of two labels, in pixels."""
LONG = 84
"""Letters of a title that fit."""

STYLE = """<style>
  .ground { fill: #ffffff } .text { fill: #1a1a1a } .soft { fill: #595959 }
  .axis { stroke: #1a1a1a } .grid { stroke: #e3e3e3 }
  .level { stroke: #767676; stroke-dasharray: 6 4 } .drop { stroke: #767676; stroke-dasharray: 2 3 }
  .curve { stroke: #1f5fa8; stroke-width: 2; fill: none } .dot { fill: #1f5fa8 }
  .band { fill: #1f5fa8; fill-opacity: 0.15 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #16181d } .text { fill: #ececec } .soft { fill: #b0b0b0 }
    .axis { stroke: #ececec } .grid { stroke: #30343c }
    .level, .drop { stroke: #9a9a9a }
    .curve { stroke: #7fb3f5 } .dot, .band { fill: #7fb3f5 }
  }
</style>"""


def render_svg(found: Relaxed) -> str:
    """The maximum over M, with the local, quantum and algebraic maximum as dashed lines."""
    return "\n".join(_Plot(found).lines()) + "\n"


class _Plot:
    def __init__(self, found: Relaxed) -> None:
        self.found = found
        self.levels = _levels(found)
        values = [float(v) for p in found.points for v in (p.low, p.high)]
        values += [float(c.value) for c in self.levels]
        low, high = min(values), max(values)
        margin = (high - low) * 0.06 or 1.0
        self.low, self.high = low - margin, high + margin

    def x(self, m: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * m / 2

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def lines(self) -> Iterator[str]:
        title = f"Maximum of {self.found.title}"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13" role="img">'
        )
        yield f"<title>{escape(title)}</title>"
        yield STYLE
        yield f'<rect width="{WIDTH}" height="{HEIGHT}" class="ground"/>'
        brief = title if len(title) <= LONG else title[: LONG - 1] + "…"
        yield self.text(LEFT, 28, brief, "start", size=15 if len(brief) <= 60 else 12)
        yield from self.axes()
        yield from self.references()
        yield from self.curve()
        yield "</svg>"

    def curve(self) -> Iterator[str]:
        fine = self.found.fine
        low, high = self.path(fine, False), self.path(fine, True)
        exact = all(p.low == p.high for p in fine)
        if not exact:
            yield f'<polygon points="{low} {" ".join(reversed(high.split()))}" class="band"/>'
            yield f'<polyline points="{high}" class="curve"/>'
        yield f'<polyline points="{low}" class="curve"/>'
        for point in self.found.points:
            told = shown(point.low) if point.low == point.high else _between(point)
            yield self.dot(float(point.m), float(point.low), f"M = {shown(point.m)}: {told}")
            if point.low != point.high:
                yield self.dot(float(point.m), float(point.high), f"M = {shown(point.m)}: {told}")

    def dot(self, m: float, value: float, label: str) -> str:
        return (
            f'<circle cx="{self.x(m):.2f}" cy="{self.y(value):.2f}" r="3" class="dot">'
            f"<title>{escape(label)}</title></circle>"
        )

    def path(self, points: Sequence[Point], high: bool) -> str:
        pairs = ((float(p.m), float(p.high if high else p.low)) for p in points)
        return " ".join(f"{self.x(m):.2f},{self.y(v):.2f}" for m, v in pairs)

    def references(self) -> Iterator[str]:
        """Dashed lines, labelled at the right; a dotted line where the curve gets there."""
        floor, edge = HEIGHT - BOTTOM, WIDTH - RIGHT
        lowest: float | None = None
        for level in self.levels:
            height = self.y(float(level.value))
            yield self.line(LEFT, height, edge, height, "level")
            at = height + 4 if lowest is None else min(height + 4, lowest - 2 * LINE)
            lowest = at
            label = f"{level.name} {_brief(level.value)}"
            yield self.text(edge + 8, at, label, "start")
            where = _reached(level)
            if where:
                yield self.text(edge + 8, at + LINE - 1, where, "start", "soft", 11)
            if level.m is not None and level.m > 0:
                across = self.x(float(level.m))
                yield self.line(across, height, across, floor, "drop")

    def axes(self) -> Iterator[str]:
        floor, edge = HEIGHT - BOTTOM, WIDTH - RIGHT
        for tick in _ticks(self.low, self.high):
            height = self.y(tick)
            yield self.line(LEFT, height, edge, height, "grid")
            yield self.line(LEFT - 5, height, LEFT, height, "axis")
            yield self.text(LEFT - 9, height + 4, f"{tick:g}", "end")
        for k in range(9):
            across = self.x(k / 4)
            yield self.line(across, floor, across, floor + (3 if k % 2 else 5), "axis")
            if k % 2 == 0:
                yield self.text(across, floor + 20, f"{k / 4:g}", "middle")
        yield self.line(LEFT, floor, edge, floor, "axis")
        yield self.line(LEFT, TOP, LEFT, floor, "axis")
        middle = (TOP + floor) / 2
        label = "M, the largest L1 distance (0 to 2)"
        yield self.text((LEFT + edge) / 2, HEIGHT - 12, label, "middle")
        turned = f'transform="rotate(-90 18 {middle:.2f})"'
        yield self.text(18, middle, f"maximum of {self.found.quantity}", "middle", more=turned)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
        return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" class="{kind}"/>'

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str,
        kind: str = "text",
        size: int = 13,
        more: str = "",
    ) -> str:
        more = f" {more}" if more else ""
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" font-size="{size}" '
            f'class="{kind}"{more}>{escape(text)}</text>'
        )


def _ticks(low: float, high: float) -> list[float]:
    """Multiples of 1, 2, 2.5 or 5 times a power of ten."""
    power = 1.0
    while (high - low) / power > TICKS:
        power *= 10
    while (high - low) / power < 1:
        power /= 10
    steps = (power * share for share in (0.1, 0.2, 0.25, 0.5, 1))
    step = next(s for s in steps if (high - low) / s <= TICKS)
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]


def _levels(found: Relaxed) -> tuple[Crossing, ...]:
    """The maxima to compare with, from below; those with the same value under one name."""
    levels = list(found.crossings)
    start = found.points[0]
    if start.low == start.high:
        levels.insert(0, Crossing("local", start.low, start.m))
    merged: dict[Number, Crossing] = {}
    for level in levels:
        known = merged.get(level.value)
        name = level.name if known is None else f"{known.name}, {level.name}"
        merged[level.value] = replace(known or level, name=name)
    return tuple(merged[value] for value in sorted(merged))


def _between(point: Point) -> str:
    return f"between {shown(point.low)} and {shown(point.high)}"


def _brief(value: Number) -> str:
    """2√2 rather than 2 sqrt(2), and a decimal fraction where that is long."""
    text = re.sub(r" ?sqrt\((\d+)\)", r"√\1", str(value))
    return text if len(text) <= 12 else f"≈ {float(value):.4f}"


def _reached(level: Crossing) -> str:
    if level.m is None or level.m == 0:
        return ""
    sign = "≈" if isinstance(level.m, Cyclotomic) else "="
    number = f"{float(level.m):.4f}" if isinstance(level.m, Cyclotomic) else shown(level.m)
    return f"at M {sign} {number}"
