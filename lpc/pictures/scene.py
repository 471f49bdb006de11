"""The scene model: what a picture is made of, before anyone writes it as SVG or TikZ.

Terms
-----
unit
    One CSS pixel (3/4 of a printer's point). x runs to the right and y downwards.
role
    What a shape means. Writers turn roles into colours and lines by the table in `styles`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from lpc.pictures.labels import Label, width

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Anchor = Literal["start", "middle", "end"]

SIZE = 15.0
"""The usual size of a label."""

ASCENT, DESCENT, LINE = 0.78, 0.34, 1.16
"""How far a label reaches above and below its line, and how far apart lines are, by its size."""


class Role(StrEnum):
    """What a shape means."""

    INK = "ink"
    FAINT = "faint"
    GOOD = "good"
    BAD = "bad"
    DROPPED = "dropped"
    CONE = "cone"
    REGION = "region"
    PLANE = "plane"
    COMPLETE = "complete"
    SHIELD = "shield"
    COVERED = "covered"
    FUTURE = "future"
    LEADER = "leader"
    MISSING = "missing"
    LACKING = "lacking"
    NEWS = "news"
    EVENT = "event"
    HOLLOW = "hollow"
    RING = "ring"
    NODE = "node"
    GIVEN = "given"
    LATENT = "latent"
    ARROW = "arrow"
    OPEN = "open"
    BAR = "bar"
    MARKED = "marked"
    CONDITION = "condition"
    CURVE = "curve"
    GUIDE = "guide"
    SIGNAL = "signal"
    COIN = "coin"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled area."""

    points: tuple[Point, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, with an arrowhead at its end or without."""

    points: tuple[Point, ...]
    role: Role
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point or the outline of a node: an ellipse; `note` is shown when it is pointed at."""

    at: Point
    role: Role
    rx: float = 4.0
    ry: float = 4.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A label on the line y = at[1]; `anchor` says which of its points has x = at[0]."""

    label: Label
    at: Point
    role: Role = Role.INK
    anchor: Anchor = "middle"
    size: float = SIZE

    @property
    def box(self) -> Box:
        """Left, top, right and bottom, as far as can be told without the font."""
        wide = width(self.label, self.size)
        left = self.at[0] - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return (
            left,
            self.at[1] - self.size * ASCENT,
            left + wide,
            self.at[1] + self.size * DESCENT,
        )

    def from_the_left(self) -> Text:
        """The same label, its place given by its left end."""
        return Text(self.label, (self.box[0], self.at[1]), self.role, "start", self.size)


Shape = Polygon | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order in which they are drawn; `kind` is what the picture shows."""

    kind: str
    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The labels."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Text))

    def roles(self, role: Role) -> tuple[Shape, ...]:
        """The shapes with one role."""
        return tuple(shape for shape in self.shapes if shape.role is role)


def overlap(a: Box, b: Box) -> bool:
    """True when two boxes have an inner point in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def bounds(shapes: Iterable[Shape]) -> Box:
    """The smallest box around shapes."""
    boxes = [_box(shape) for shape in shapes]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _box(shape: Shape) -> Box:
    match shape:
        case Text():
            return shape.box
        case Dot((x, y), _, rx, ry):
            return x - rx, y - ry, x + rx, y + ry
        case Polygon(points) | Line(points):
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            return min(xs), min(ys), max(xs), max(ys)


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """The same shape elsewhere."""
    match shape:
        case Text(label, (x, y), role, anchor, size):
            return Text(label, (x + dx, y + dy), role, anchor, size)
        case Dot((x, y), role, rx, ry, note):
            return Dot((x + dx, y + dy), role, rx, ry, note)
        case Polygon(points, role):
            return Polygon(tuple((x + dx, y + dy) for x, y in points), role)
        case Line(points, role, arrow):
            return Line(tuple((x + dx, y + dy) for x, y in points), role, arrow)


def framed(
    kind: str, title: str, description: str, shapes: Iterable[Shape], margin: float = 16
) -> Picture:
    """A picture just large enough for its shapes."""
    found = tuple(shapes)
    x0, y0, x1, y1 = bounds(found)
    placed = tuple(moved(shape, margin - x0, margin - y0) for shape in found)
    return Picture(kind, title, description, x1 - x0 + 2 * margin, y1 - y0 + 2 * margin, placed)
