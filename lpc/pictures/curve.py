"""The maximum of a quantity by how far an assumption fails."""

from __future__ import annotations

from collections.abc import Iterator

from lpc.kernel.evaluate import shown
from lpc.pictures.labels import formula, name, prose
from lpc.pictures.placing import Canvas
from lpc.pictures.scene import Dot, Line, Picture, Point, Role, Shape, Text, framed
from lpc.report.relaxed import Relaxed

WIDE, HIGH = 480.0, 290.0
SMALL = 13.0
STEPS = (0.25, 0.5, 1, 2, 5, 10, 100, 1e9)


def curve_picture(found: Relaxed) -> Picture:
    """The maximum over M, with the values of interest as dashed lines."""
    return framed("curve", _title(found), _description(found), _Plot(found).shapes())


def _title(found: Relaxed) -> str:
    names = " and ".join(name for name, _ in found.assumptions)
    verb = "fails" if len(found.assumptions) == 1 else "fail"
    return f"Maximum of {found.quantity} when {names} {verb} by M"


def _description(found: Relaxed) -> str:
    return "; ".join(f"M = {shown(m)}: {shown(v)}" for m, v in found.points) + "."


class _Plot:
    def __init__(self, found: Relaxed) -> None:
        self.found = found
        values = [float(v) for _, v in found.points]
        values += [float(c.value) for c in found.crossings]
        low, high = min(values), max(values)
        margin = (high - low) * 0.05 or 1.0
        self.low, self.high = low - margin, high + margin

    def point(self, m: float, value: float) -> Point:
        return WIDE * m / 2, HIGH * (1 - (value - self.low) / (self.high - self.low))

    def shapes(self) -> list[Shape]:
        found = self.found
        curve = tuple(self.point(float(m), float(v)) for m, v in found.fine)
        shapes: list[Shape] = [*self._axes(), *self._guides()]
        shapes.append(Line(curve, Role.CURVE))
        for m, value in found.points:
            note = f"M = {shown(m)}: {shown(value)}"
            shapes.append(Dot(self.point(float(m), float(value)), Role.CURVE, 3, 3, note))
        canvas = Canvas((4, -20, WIDE, HIGH - 4))
        canvas.avoid(curve)
        for crossing in found.crossings:
            label = (*prose(f"{crossing.name}: "), *formula(shown(crossing.value)))
            at = self.point(2, float(crossing.value))
            canvas.place([(label, Role.INK)], at, ((-1, -1), (-1, 1)), size=SMALL)
        shapes += canvas.shapes
        title = prose("maximum of ") + formula(found.quantity) + prose(" when ")
        title += formula(" and ".join(n for n, _ in found.assumptions))
        title += prose(" fails by " if len(found.assumptions) == 1 else " fail by ") + name("M")
        shapes.append(Text(title, (WIDE / 2, -28)))
        return shapes

    def _guides(self) -> Iterator[Shape]:
        for crossing in self.found.crossings:
            left, right = (self.point(m, float(crossing.value)) for m in (0, 2))
            yield Line((left, right), Role.GUIDE)
            if crossing.m is not None:
                at = self.point(float(crossing.m), float(crossing.value))
                yield Line((at, (at[0], HIGH)), Role.GUIDE)

    def _axes(self) -> Iterator[Shape]:
        yield Line(((0, HIGH), (WIDE, HIGH)), Role.BAR)
        yield Line(((0, 0), (0, HIGH)), Role.BAR)
        for k in range(5):
            x = WIDE * k / 4
            yield Line(((x, HIGH), (x, HIGH + 5)), Role.BAR)
            yield Text(formula(f"{k / 2:g}"), (x, HIGH + 20), size=SMALL)
        step = next(s for s in STEPS if (self.high - self.low) / s <= 10)
        tick = -(-self.low // step) * step
        while tick <= self.high:
            y = self.point(0, tick)[1]
            yield Line(((-5, y), (0, y)), Role.BAR)
            yield Text(formula(f"{tick:g}"), (-9, y + 4), anchor="end", size=SMALL)
            tick += step
        yield Text(name("M"), (WIDE / 2, HIGH + 42))
