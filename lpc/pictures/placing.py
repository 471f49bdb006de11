"""Placing labels beside what they name, so that no two overlap.

Each label tries the eight sides of its place, then rings farther out (tied to it by a thin
line), and takes the first position that is free of other labels and cuts the fewest lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist

from lpc.pictures.labels import Label, width
from lpc.pictures.scene import (
    ASCENT,
    LINE,
    SIZE,
    Anchor,
    Box,
    Line,
    Point,
    Role,
    Shape,
    Text,
    overlap,
)

GAP = 7.0
RINGS = 14
LEADER_FROM = 2
SIDES = ((1, -1), (-1, -1), (1, 0), (-1, 0), (0, -1), (0, 1), (1, 1), (-1, 1))
RING_PRICE = 1.5
CUT_PRICE = 6.0
ASTRAY_PRICE = 9.0


@dataclass(slots=True)
class Canvas:
    """What is placed so far. `limits` is where labels may stand."""

    limits: Box
    taken: list[Box] = field(default_factory=list)
    segments: list[tuple[Point, Point]] = field(default_factory=list)
    spots: list[Point] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)

    def avoid(self, points: Sequence[Point]) -> None:
        """Labels should not be cut by this line."""
        self.segments += pairwise(points)

    def block(self, box: Box) -> None:
        """Labels must not cover this."""
        self.taken.append(box)

    def add(self, text: Text) -> None:
        """A label at a fixed place."""
        self.shapes.append(text)
        self.taken.append(text.box)

    def place(
        self,
        lines: Sequence[tuple[Label, Role]],
        at: Point,
        sides: Sequence[tuple[int, int]] = SIDES,
        inside: bool = False,
        size: float = SIZE,
    ) -> None:
        """One or more lines of text near a point, or around it when `inside` an area."""
        best: tuple[float, int, float, float] | None = None
        wide = max(width(label, size) for label, _ in lines)
        high = len(lines) * size * LINE
        for rank, (left, top, ring) in enumerate(_positions(at, wide, high, sides, inside)):
            box = (left, top, left + wide, top + high)
            if self._hits(box) or (ring >= LEADER_FROM and self._is_behind(at, box)):
                continue
            price = ring * RING_PRICE + CUT_PRICE * self._cuts(box) + rank / 1000
            price += 0.0 if inside else ASTRAY_PRICE * self._is_astray(at, box)
            if best is None or price < best[0]:
                best = price, ring, left, top
        if best is None:
            left, top, ring = self._below(at, wide)
            best = 0.0, ring, left, top
        self._write(lines, best, at, wide, high, size)

    def _write(
        self,
        lines: Sequence[tuple[Label, Role]],
        best: tuple[float, int, float, float],
        at: Point,
        wide: float,
        high: float,
        size: float,
    ) -> None:
        _, ring, left, top = best
        if ring >= LEADER_FROM:
            near = _nearest(at, (left, top, left + wide, top + high))
            self.shapes.append(Line((at, near), Role.LEADER))
        anchor, x = _align(left, wide, at)
        for k, (label, role) in enumerate(lines):
            y = top + size * (k * LINE + ASCENT)
            self.shapes.append(Text(label, (x, y), role, anchor, size))
        self.taken.append((left, top, left + wide, top + high))

    def _below(self, at: Point, wide: float) -> tuple[float, float, int]:
        """Under everything: there is always room."""
        bottom = max([self.limits[3], *(box[3] for box in self.taken)])
        return at[0] - wide / 2, bottom + GAP, LEADER_FROM

    def _hits(self, box: Box) -> bool:
        x0, y0, x1, y1 = self.limits
        if box[0] < x0 or box[1] < y0 or box[2] > x1 or box[3] > y1:
            return True
        return any(overlap(box, other) for other in self.taken)

    def _is_behind(self, at: Point, box: Box) -> bool:
        """The line from the place to the label would run through another label."""
        near = _nearest(at, box)
        return any(_meets(at, near, o) for o in self.taken if not _inside(at, o))

    def _is_astray(self, at: Point, box: Box) -> bool:
        """The label would stand nearer to something else than to what it names."""
        own = dist(at, _nearest(at, box))
        return any(dist(spot, _nearest(spot, box)) <= own for spot in self.spots if spot != at)

    def _cuts(self, box: Box) -> int:
        return sum(_meets(a, b, box) for a, b in self.segments)


def _nearest(at: Point, box: Box) -> Point:
    """The point of the box that is nearest."""
    return min(max(at[0], box[0]), box[2]), min(max(at[1], box[1]), box[3])


def _inside(at: Point, box: Box) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _align(left: float, wide: float, at: Point) -> tuple[Anchor, float]:
    """Text beside a point is set against it, whatever its true width."""
    if left >= at[0]:
        return "start", left
    if left + wide <= at[0]:
        return "end", left + wide
    return "middle", left + wide / 2


def _positions(
    at: Point, wide: float, high: float, sides: Sequence[tuple[int, int]], inside: bool
) -> Iterator[tuple[float, float, int]]:
    if inside:
        yield at[0] - wide / 2, at[1] - high / 2, 0
    for ring in range(RINGS):
        far = GAP * (1 + ring * 1.6)
        for sx, sy in sides:
            near = far * (0.75 if sx and sy else 1.0)
            left = at[0] + (near if sx > 0 else -near - wide if sx < 0 else -wide / 2)
            top = at[1] + (near if sy > 0 else -near - high if sy < 0 else -high / 2)
            yield left, top, ring


def _meets(a: Point, b: Point, box: Box) -> bool:
    """True when the segment runs through the box (Liang and Barsky)."""
    start, end = 0.0, 1.0
    for k in (0, 1):
        step = b[k] - a[k]
        for sign, limit in ((-1, box[k]), (1, box[k + 2])):
            p, q = sign * step, sign * (limit - a[k])
            if p == 0:
                if q <= 0:
                    return False
            elif p < 0:
                start = max(start, q / p)
            else:
                end = min(end, q / p)
    return start < end
