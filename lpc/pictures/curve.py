"""The maximum of a quantity by how far an assumption fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, floor

from lpc.exact import Cyclotomic, Number
from lpc.kernel.evaluate import shown
from lpc.pictures.labels import Label, formula, name, prose
from lpc.pictures.scene import Dot, Line, Picture, Point, Polygon, Role, Shape, Text, framed
from lpc.report.relaxed import Crossing, Relaxed
from lpc.report.relaxed import Point as Known

WIDE, HIGH = 440.0, 300.0
SMALL = 13.0
TICKS = 10
"""So many at most on the axis of the values."""
LEADING = 15.0
"""Least distance of two labels."""


def curve_picture(found: Relaxed) -> Picture:
    """The maximum over M, with the local, quantum and algebraic maximum as dashed lines."""
    title = f"Maximum of {found.title}"
    return framed("curve", title, _description(found), _Plot(found).shapes())


def _description(found: Relaxed) -> str:
    return "; ".join(_told(p) for p in found.points) + "."


def _told(point: Known) -> str:
    if point.low == point.high:
        return f"M = {shown(point.m)}: {shown(point.low)}"
    return f"M = {shown(point.m)}: between {shown(point.low)} and {shown(point.high)}"


class _Plot:
    def __init__(self, found: Relaxed) -> None:
        self.found = found
        self.levels = _levels(found)
        values = [float(v) for p in found.points for v in (p.low, p.high)]
        values += [float(c.value) for c in self.levels]
        low, high = min(values), max(values)
        margin = (high - low) * 0.06 or 1.0
        self.low, self.high = low - margin, high + margin

    def point(self, m: float, value: float) -> Point:
        return WIDE * m / 2, HIGH * (1 - (value - self.low) / (self.high - self.low))

    def shapes(self) -> list[Shape]:
        return [*self._title(), *self._axes(), *self._references(), *self._curve()]

    def _title(self) -> Iterator[Shape]:
        found = self.found
        title = prose("maximum of ") + formula(found.quantity) + prose(" when ")
        title += formula(" and ".join(n for n, _ in found.assumptions))
        title += prose(" fails by " if len(found.assumptions) == 1 else " fail by ") + name("M")
        yield Text(title, (0, -20), anchor="start")
        if found.holding:
            held = formula(" and ".join(n for n, _ in found.holding))
            word = " holds" if len(found.holding) == 1 else " hold"
            yield Text(prose("and ") + held + prose(word), (0, -2), anchor="start", size=SMALL)

    def _curve(self) -> Iterator[Shape]:
        fine = self.found.fine
        low = tuple(self.point(float(p.m), float(p.low)) for p in fine)
        high = tuple(self.point(float(p.m), float(p.high)) for p in fine)
        if low != high:
            yield Polygon((*low, *reversed(high)), Role.COVERED)
            yield Line(high, Role.CURVE)
        yield Line(low, Role.CURVE)
        for p in self.found.points:
            for value in dict.fromkeys((p.low, p.high)):
                yield Dot(self.point(float(p.m), float(value)), Role.CURVE, 3, 3, _told(p))

    def _references(self) -> Iterator[Shape]:
        """Dashed lines, labelled at the right; a line down where the curve gets there."""
        lowest: float | None = None
        for level in self.levels:
            left, right = (self.point(m, float(level.value)) for m in (0, 2))
            yield Line((left, right), Role.GUIDE)
            at = right[1] + 4 if lowest is None else min(right[1] + 4, lowest - 2 * LEADING)
            lowest = at
            label = (*prose(f"{level.name} "), *formula(_brief(level.value)))
            yield Text(label, (WIDE + 10, at), anchor="start", size=SMALL)
            where = _reached(level)
            if where:
                yield Text(where, (WIDE + 10, at + LEADING - 1), Role.FAINT, "start", 11)
            if level.m is not None and level.m > 0:
                top = self.point(float(level.m), float(level.value))
                yield Line((top, (top[0], HIGH)), Role.GUIDE)

    def _axes(self) -> Iterator[Shape]:
        yield Line(((0, HIGH), (WIDE, HIGH)), Role.BAR)
        yield Line(((0, 0), (0, HIGH)), Role.BAR)
        for k in range(9):
            x = WIDE * k / 8
            yield Line(((x, HIGH), (x, HIGH + (3 if k % 2 else 5))), Role.BAR)
            if k % 2 == 0:
                yield Text(formula(f"{k / 4:g}"), (x, HIGH + 20), size=SMALL)
        for tick in _ticks(self.low, self.high):
            y = self.point(0, tick)[1]
            yield Line(((-5, y), (0, y)), Role.BAR)
            yield Text(formula(f"{tick:g}"), (-9, y + 4), anchor="end", size=SMALL)
        label = (*name("M"), *prose(", the largest L1 distance (0 to 2)"))
        yield Text(label, (WIDE / 2, HIGH + 44), size=SMALL).from_the_left()


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
        both = level.name if known is None else f"{known.name}, {level.name}"
        merged[level.value] = replace(known or level, name=both)
    return tuple(merged[value] for value in sorted(merged))


def _brief(value: Number) -> str:
    """A decimal fraction where the number is long."""
    text = shown(value)
    return text if len(text) <= 16 else f"{float(value):.4f}…"


def _reached(level: Crossing) -> Label:
    if level.m is None or level.m == 0:
        return ()
    about = isinstance(level.m, Cyclotomic)
    number = f" ≈ {float(level.m):.4f}" if about else f" = {shown(level.m)}"
    return (*prose("at "), *name("M"), *prose(number))
