"""Spacetime diagrams: light cones, slices, regions, where variables live, what is complete where.

Of a step also the slice that shields the result, the points it shields and its future; where
local causality refuses, what is wanting.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.captions import about, caption, content
from lpc.pictures.circuits import NOTHING, Sketch, circuit_of, sketch
from lpc.pictures.contents import Contents, Group
from lpc.pictures.focus import Focus, chosen_removal, focus_on
from lpc.pictures.labels import Label, joined, name, names, prose, width
from lpc.pictures.placing import Canvas
from lpc.pictures.plane import Corner, polygons, vertices
from lpc.pictures.scene import (
    SIZE,
    Dot,
    Line,
    Picture,
    Point,
    Polygon,
    Role,
    Shape,
    Text,
    bounds,
    framed,
)
from lpc.pictures.sights import is_plane, known_as, rims
from lpc.report.circuits import HEADING, plain, tell
from lpc.report.results import Item
from lpc.spacetime import Region, common_past
from lpc.spacetime.circuits import Circuit

WIDE, HIGH = 600, 400
UNDER = ((0, 1), (1, 1), (-1, 1), (1, 0), (-1, 0), (0, -1), (1, -1), (-1, -1))
"""Where the names of coins stand, best first: what is tossed has its signals above it."""
ROOM = 110.0
SIGNAL_CUTS = 2
"""A label that a signal runs through is so many times as bad as one on another line."""


def spacetime_picture(document: Document, item: Item | None = None) -> Picture:
    """The diagram of a document, or of the removal in one of its steps.

    Raises: LpcError when the document has no spacetime, or none that can be drawn flat.
    """
    if document.scene is None:
        raise LpcError("the file declares no spacetime; try --kind graph")
    removal = None if item is None else chosen_removal(item)
    focus = None if removal is None else focus_on(document, removal)
    circuit = circuit_of(item)
    drawn = NOTHING if circuit is None else sketch(circuit, document.scene)
    shapes = _Diagram(document, focus, item, drawn).shapes()
    title = document.title or document.shown
    if item is not None:
        title = f"{title}: {item.label or item.name or item.statement}"
    story = () if circuit is None else tell(circuit).sentences
    told = "".join(f" {plain(sentence)}." for sentence in story)
    return framed("spacetime", title, _description(document, focus) + told, shapes)


def _description(document: Document, focus: Focus | None) -> str:
    scene = document.scene
    if scene is None:
        return ""
    fold = document.composites.fold
    lives: dict[str, list[str]] = {}
    for atom, place in scene.places.items():
        lives.setdefault(place.describe(), []).append(atom)
    parts = [f"{', '.join(fold(atoms))}: {where}" for where, atoms in lives.items()]
    parts += [f"{', '.join(c.written)} complete: {c.region.describe()}" for c in scene.complete]
    if focus is not None and focus.slice is not None:
        parts.append(f"slice: {focus.slice.describe()}")
    start = "Spacetime diagram, time upwards, light at 45 degrees. "
    return start + "; ".join(parts) + "."


class _Diagram:
    def __init__(
        self, document: Document, focus: Focus | None, item: Item | None, circuit: Sketch
    ) -> None:
        self.document, self.focus, self.item, self.circuit = document, focus, item, circuit
        found = Contents(document, focus, circuit)
        self.scene, self.slice, self.gap = found.scene, found.slice, found.gap
        self.groups, self.planes, self.tops = found.groups, found.planes, found.tops
        self.frame = frame = found.frame
        # NB: exact until a place on the page is known, so that no coordinate is too large.
        self.scale = min(WIDE / (frame.x1 - frame.x0), HIGH / (frame.t1 - frame.t0))
        right, bottom = self.point((frame.t0, frame.x1))
        self.canvas = Canvas((-ROOM, -30, right + ROOM, bottom + 30))

    def point(self, corner: Corner) -> Point:
        t, x = corner
        return float((x - self.frame.x0) * self.scale), float((self.frame.t1 - t) * self.scale)

    # How it is drawn.

    def shapes(self) -> list[Shape]:
        drawn: list[Shape] = [*self._areas(), *self._step_areas(), *self._cones(), *self._lines()]
        drawn += self._step_lines()
        drawn += self._dots()
        drawn += self._signals()
        drawn += self._events()
        for shape in drawn:
            if isinstance(shape, Line):
                for _ in range(SIGNAL_CUTS if shape.role is Role.SIGNAL else 1):
                    self.canvas.avoid(shape.points)
            elif isinstance(shape, Dot):
                (x, y), r = shape.at, shape.rx + 1
                self.canvas.spots.append(shape.at)
                self.canvas.block((x - r, y - r, x + r, y + r))
        drawn += self._axes()
        self._label_all()
        drawn += self.canvas.shapes
        left, _, right, bottom = bounds(drawn)
        lines = [*self._caption()]
        return [*drawn, *caption(lines, left, bottom + 14, right - left)]

    def _areas(self) -> Iterator[Shape]:
        complete = {c.region for c in self.scene.complete}
        for group in self.groups:
            if group.region.is_thick and (group.atoms or group.region in complete or group.called):
                yield from self._filled(group.region, Role.REGION)

    def _filled(self, region: Region, role: Role) -> Iterator[Shape]:
        for corners in polygons(region, self.frame):
            if len(corners) > 2:
                yield Polygon(tuple(map(self.point, corners)), role)

    def _stretches(self, region: Region, role: Role) -> Iterator[Shape]:
        for corners in polygons(region, self.frame):
            if len(corners) == 2:
                yield Line(tuple(map(self.point, corners)), role)

    def _cones(self) -> Iterator[Shape]:
        """The edges of J-: where t - x, then t + x, is largest, downwards from there."""
        for region in self.tops:
            for sign, (t, x) in zip((-1, 1), rims(region), strict=True):
                edge = self.frame.x0 if sign < 0 else self.frame.x1
                far = min(t - self.frame.t0, abs(edge - x))
                yield Line((self.point((t, x)), self.point((t - far, x + sign * far))), Role.CONE)

    def _lines(self) -> Iterator[Shape]:
        for region in self.planes:
            yield from self._stretches(region, Role.PLANE)
        for group in self.groups:
            if not group.region.is_thick:
                yield from self._stretches(group.region, Role.PLANE)
        for declaration in self.scene.complete:
            if self.focus is None or declaration.names & self.focus.atoms:
                yield from self._stretches(declaration.region, Role.COMPLETE)

    def _sides(self) -> tuple[frozenset[str], frozenset[str]]:
        """X and what is removed, as far as there is a step."""
        nothing = frozenset[str]()
        return (nothing, nothing) if self.focus is None else (self.focus.x, self.focus.removed)

    def _is_refused(self) -> bool:
        return self.focus is not None and bool(self.focus.wrong)

    def _step_areas(self) -> Iterator[Shape]:
        if self.focus is not None and self.focus.shares:
            both = common_past(self.scene, self.focus.x, self.focus.removed)
            yield from self._filled(both, Role.COVERED)
        if self.slice is None or self.focus is None:
            return
        target = Region(1)
        for atom in sorted(self.focus.x & set(self.scene.places)):
            target = target | self.scene.places[atom]
        if not self._is_refused():
            yield from self._filled(self.slice.shielded() & target.causal_past(), Role.COVERED)
        elif self.focus.misplaced("outside"):
            yield from self._filled(self.slice.causal_future(), Role.NEWS)

    def _step_lines(self) -> Iterator[Shape]:
        if self.slice is None:
            return
        lacking = self.focus is not None and bool(self.focus.missing)
        yield from self._stretches(self.slice - self.gap, Role.LACKING if lacking else Role.SHIELD)
        yield from self._stretches(self.gap, Role.MISSING)
        ends = [
            c for corners in polygons(self.slice, self.frame) for c in (corners[0], corners[-1])
        ]
        if not ends:
            return  # NB: a slice may lie outside of what is drawn
        for (t, x), sign in (min(ends, key=_across), -1), (max(ends, key=_across), 1):
            edge = self.frame.x0 if sign < 0 else self.frame.x1
            far = min(self.frame.t1 - t, abs(edge - x))
            if far > 0:
                yield Line((self.point((t, x)), self.point((t + far, x + sign * far))), Role.FUTURE)

    def _dots(self) -> Iterator[Shape]:
        for group in self.groups:
            for corners in polygons(group.region, self.frame):
                if len(corners) == 1:
                    yield from self._dot(group, self.point(corners[0]))

    def _dot(self, group: Group, at: Point) -> Iterator[Shape]:
        atoms = frozenset(group.atoms)
        note = ", ".join(self.document.composites.fold(atoms))
        hollow = self.focus is not None and bool(atoms) and atoms <= self.focus.removed
        role = Role.FAINT if group.aside else Role.HOLLOW if hollow else Role.EVENT
        yield Dot(at, role, 4.5, 4.5, note)
        if self.focus is not None:
            wrong = self.focus.misplaced("outside") | self.focus.misplaced("place")
            if atoms & wrong:
                yield Dot(at, Role.RING, 9, 9)

    def _signals(self) -> Iterator[Shape]:
        """What travels; where a signal only goes on with another's way, the arrows are one line."""
        for way in self.circuit.ways:
            points = tuple(map(self.point, way.within(self.frame)))
            if len(points) > 1:
                yield Line(points, Role.SIGNAL, arrow=True)

    def _events(self) -> Iterator[Shape]:
        for spot in self.circuit.spots:
            role, size = (Role.COIN, 5.5) if spot.coins else (Role.MEETING, 4.0)
            yield Dot(self.point(spot.at), role, size, size, ", ".join(spot.coins))

    def _label_coins(self) -> None:
        here = {c: set(g.atoms) for g in self.groups for c in vertices(g.region)}
        for spot in self.circuit.spots:
            if not here.get(spot.at, set()).issuperset(spot.coins):
                lines = [(names(spot.coins), Role.SIGNAL)]
                self.canvas.place(lines, self.point(spot.at), UNDER)
        for way in self.circuit.ways:
            if way.names:
                edge = self.point(way.within(self.frame)[0])
                self.canvas.place([(names(way.names), Role.SIGNAL)], edge, UNDER)

    def _axes(self) -> Iterator[Shape]:
        x, y = self.point((self.frame.t0, self.frame.x0))
        x, y = x - 26, y
        tips = ((x, y - 34), (x + 34, y))
        for tip in tips:
            yield Line(((x, y), tip), Role.FAINT, arrow=True)
        self.canvas.block((x - 4, y - 36, x + 36, y + 4))
        self.canvas.add(Text(name("t"), (x, y - 39), Role.FAINT))
        self.canvas.add(Text(name("x"), (x + 38, y + 4), Role.FAINT, "start"))

    # Labels.

    def _label_all(self) -> None:
        for group in sorted(self.groups, key=lambda g: not is_plane(g.region)):
            lines = self._lines_of(group)
            if lines:
                self._label(group.region, lines)
        if self.slice is not None and not self.slice.is_empty:
            self._label_slice(self.slice)
        self._label_coins()

    def _lines_of(self, group: Group) -> list[tuple[Label, Role]]:
        fold = self.document.composites.fold
        atoms = frozenset(group.atoms)
        head = tuple(m for k, c in enumerate(group.called) for m in (*_equals(k), *name(c)))
        if self.focus is None or group.aside:
            role = Role.FAINT if group.aside else Role.INK
            return [(_titled(head, names(fold(atoms))), role)] if head or atoms else []
        focus = self.focus
        dropped, missing = atoms & focus.removed, atoms & focus.missing - focus.removed
        rest = atoms - dropped - missing
        lines: list[tuple[Label, Role]] = []
        if rest or (head and not dropped and not missing):
            lines.append((_titled(head, names(fold(rest))), Role.INK))
            head = ()
        if dropped:
            text = (*names(fold(dropped)), *prose(" dropped"))
            lines.append((_titled(head, text), Role.DROPPED))
            head = ()
        if missing:
            lines.append((_titled(head, (*names(fold(missing)), *prose(" missing"))), Role.BAD))
        if atoms & focus.misplaced("outside"):
            lines.append((prose("in the future of the slice"), Role.BAD))
        if atoms & focus.misplaced("place"):
            lines.append(((*prose("not spacelike to "), *names(fold(focus.x))), Role.BAD))
        return lines

    def _label(self, region: Region, lines: list[tuple[Label, Role]]) -> None:
        found = [*polygons(region, self.frame)]
        if not found:
            return
        corners = max(found, key=lambda c: (len(c), _size(c)))
        points = tuple(map(self.point, corners))
        if len(points) > 2:
            self.canvas.place(lines, _middle(points), inside=_has_room(lines, points))
        elif is_plane(region):
            self.canvas.place(lines, points[-1], ((1, 0), (1, -1), (1, 1)))
        elif len(points) == 2:
            self.canvas.place(lines, _middle(points), ((0, 1), (0, -1), (1, 1), (-1, 1)))
        else:
            self.canvas.place(lines, points[0])

    def _label_slice(self, slice_: Region) -> None:
        sides = ((0, -1), (0, 1), (1, -1), (-1, -1))
        if slice_ in self.scene.regions.values():
            return
        for corners in polygons(slice_ - self.gap, self.frame):
            if len(corners) == 2:
                end = self.point(max(corners, key=lambda c: c[1]))
                self.canvas.place([(prose("slice"), Role.INK)], end, ((1, 1), (1, 0), (1, -1)))
                break
        for corners in polygons(self.gap, self.frame):
            if len(corners) == 2:
                middle = _middle(tuple(map(self.point, corners)))
                self.canvas.place([(prose("not complete here"), Role.BAD)], middle, sides)
                break

    def _caption(self) -> Iterator[tuple[Label, Role]]:
        if self.item is not None:
            removal = None if self.focus is None else self.focus.removal
            yield from about(self.item, removal)
            count = len(self.item.removals)
            if self.slice is not None:
                shields = "" if self._is_refused() else "shaded: what the slice shields; "
                yield prose(shields + "dashed: the causal future of the slice"), Role.FAINT
            if self.focus is not None and self.focus.shares:
                x, removed = (self.document.composites.fold(s) for s in self._sides())
                both = (*names(x), *prose(" and "), *names(removed))
                yield (*prose("shaded: the common past of "), *both), Role.FAINT
            if count > 1:
                yield prose(f"one of the {count} removals of this step"), Role.FAINT
        circuit = circuit_of(self.item)
        if circuit is not None:
            yield from self._legend(circuit)
        for declaration in self.scene.complete if self.focus is None else ():
            called = known_as(declaration.region, self.scene)
            place = prose(declaration.region.describe())
            if called:
                place = joined(tuple(map(name, called)), " and ")
            written = names(declaration.written)
            yield (*written, *prose(" complete on "), *place), Role.FAINT
        if self.document.scene is not None and self.document.scene.space.dimension > 1:
            yield prose("a cut along the line through the centres of the regions"), Role.FAINT

    def _legend(self, circuit: Circuit) -> Iterator[tuple[Label, Role]]:
        """The story of the circuit, and what its signs mean."""
        yield prose(HEADING), Role.SIGNAL
        yield from ((content(sentence), Role.SIGNAL) for sentence in tell(circuit).sentences)
        if self.circuit == NOTHING:
            yield prose("what happens outside the plane of the picture is not drawn"), Role.FAINT


def _titled(head: Label, rest: Label) -> Label:
    return (*head, *prose(": "), *rest) if head and rest else (*head, *rest)


def _across(corner: Corner) -> Fraction:
    return corner[1]


def _equals(k: int) -> Label:
    return prose(" = ") if k else ()


def _size(corners: tuple[Corner, ...]) -> Fraction:
    """Twice the area of a polygon."""
    total = sum(
        (
            a[0] * b[1] - a[1] * b[0]
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        ),
        Fraction(0),
    )
    return abs(total)


def _has_room(lines: list[tuple[Label, Role]], points: tuple[Point, ...]) -> bool:
    """The label would not be wider than the area."""
    xs = [x for x, _ in points]
    return max(width(label, SIZE) for label, _ in lines) < max(xs) - min(xs)


def _middle(points: tuple[Point, ...]) -> Point:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
