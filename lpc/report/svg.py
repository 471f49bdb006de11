"""A curve as SVG, the same text for the same data on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lpc.kernel.evaluate import shown
from lpc.report.relaxed import Relaxed

WIDTH, HEIGHT = 560, 380
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 50
DASHED = 'stroke="#888" stroke-dasharray="5 4"'
DOTTED = 'stroke="#888" stroke-dasharray="2 3"'
STEPS = (0.25, 0.5, 1, 2, 5, 10, 100, 1e9)


def render_svg(found: Relaxed) -> str:
    """The maximum over M, with the values of interest as dashed lines."""
    return "\n".join(_Plot(found).lines()) + "\n"


class _Plot:
    def __init__(self, found: Relaxed) -> None:
        self.found = found
        values = [float(v) for _, v in found.points]
        values += [float(c.value) for c in found.crossings]
        low, high = min(values), max(values)
        margin = (high - low) * 0.05 or 1.0
        self.low, self.high = low - margin, high + margin

    def x(self, m: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * m / 2

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def lines(self) -> Iterator[str]:
        found = self.found
        names = " and ".join(name for name, _ in found.assumptions)
        verb = "fails" if len(found.assumptions) == 1 else "fail"
        title = f"Maximum of {found.quantity} when {names} {verb} by M"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">'
        )
        yield f"<title>{escape(title)}</title>"
        yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        yield self.text(WIDTH / 2, 22, title, "middle")
        yield from self.axes()
        for crossing in found.crossings:
            height = self.y(float(crossing.value))
            yield self.line(LEFT, height, WIDTH - RIGHT, height, DASHED)
            label = f"{crossing.name}: {shown(crossing.value)}"
            yield self.text(WIDTH - RIGHT - 4, height - 5, label, "end")
            if crossing.m is not None:
                across = self.x(float(crossing.m))
                yield self.line(across, height, across, HEIGHT - BOTTOM, DOTTED)
        path = " ".join(f"{self.x(m):.2f},{self.y(v):.2f}" for m, v in self.curve())
        yield f'<polyline points="{path}" fill="none" stroke="#1f5fa8" stroke-width="2"/>'
        for m, value in found.points:
            label = escape(f"M = {shown(m)}: {shown(value)}")
            yield (
                f'<circle cx="{self.x(float(m)):.2f}" cy="{self.y(float(value)):.2f}" r="3" '
                f'fill="#1f5fa8"><title>{label}</title></circle>'
            )
        yield "</svg>"

    def curve(self) -> Sequence[tuple[float, float]]:
        return [(float(m), float(v)) for m, v in self.found.fine]

    def axes(self) -> Iterator[str]:
        floor = HEIGHT - BOTTOM
        yield self.line(LEFT, floor, WIDTH - RIGHT, floor, 'stroke="black"')
        yield self.line(LEFT, TOP, LEFT, floor, 'stroke="black"')
        for k in range(5):
            across = self.x(k / 2)
            yield self.line(across, floor, across, floor + 5, 'stroke="black"')
            yield self.text(across, floor + 20, f"{k / 2:g}", "middle")
        step = next(s for s in STEPS if (self.high - self.low) / s <= 10)
        tick = -(-self.low // step) * step
        while tick <= self.high:
            yield self.line(LEFT - 5, self.y(tick), LEFT, self.y(tick), 'stroke="black"')
            yield self.text(LEFT - 9, self.y(tick) + 4, f"{tick:g}", "end")
            tick += step
        yield self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "M", "middle")

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> str:
        return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" {style}/>'

    def text(self, x: float, y: float, text: str, anchor: str) -> str:
        return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}">{escape(text)}</text>'
