"""Spacetime diagrams: light cones, slices, regions, where variables live, what is complete where.

Of a step also the slice that shields the result, the points it shields and its future; where
local causality refuses, what is wanting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.captions import about, caption
from lpc.pictures.focus import Focus, chosen_removal, focus_on
from lpc.pictures.labels import Label, joined, name, names, prose, width
from lpc.pictures.placing import Canvas
from lpc.pictures.plane import Corner, Frame, flat_regions, flat_scene, polygons, vertices
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
from lpc.report.results import Item
from lpc.spacetime import Region, Scene

WIDE, HIGH = 600, 400
ROOM = 110.0
BELOW = Fraction(1, 5)


def spacetime_picture(document: Document, item: Item | None = None) -> Picture:
    """The diagram of a document, or of the removal in one of its steps.

    Raises: LpcError when the document has no spacetime, or none that can be drawn flat.
    """
    if document.scene is None:
        raise LpcError("the file declares no spacetime; try --kind graph")
    removal = None if item is None else chosen_removal(item)
    focus = None if removal is None else focus_on(document, removal)
    shapes = _Diagram(document, focus, item).shapes()
    title = document.title or document.path
    if item is not None:
        title = f"{title}: {item.label or item.name or item.statement}"
    return framed("spacetime", title, _description(document, focus), shapes)


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


@dataclass(slots=True)
class _Group:
    """Variables that live in the same region, and the names of that region.

    `aside` are results that a step does not speak of, shown for their light cones.
    """

    region: Region
    atoms: list[str]
    called: list[str]
    aside: bool = False


class _Diagram:
    def __init__(self, document: Document, focus: Focus | None, item: Item | None) -> None:
        if document.scene is None:
            raise LpcError("the file declares no spacetime")
        self.document, self.focus, self.item = document, focus, item
        self.scene, self.slice, self.gap = _flattened(document.scene, focus)
        self.atoms = [
            atom
            for atom, place in self.scene.placed(self.scene.places).items()
            if (focus is None or atom in focus.atoms) and place.pieces
        ]
        self.planes = self._planes()
        self.groups = self._groups()
        self.tops = self._tops()
        self.frame = self._frame()
        frame = self.frame
        # NB: exact until a place on the page is known, so that no coordinate is too large.
        self.scale = min(WIDE / (frame.x1 - frame.x0), HIGH / (frame.t1 - frame.t0))
        right, bottom = self.point((frame.t0, frame.x1))
        self.canvas = Canvas((-ROOM, -30, right + ROOM, bottom + 30))

    # What there is to draw.

    def _groups(self) -> list[_Group]:
        found: dict[Region, _Group] = {}
        for atom in self.atoms:
            for region in _parts(self.scene.places[atom]):
                group = found.setdefault(region, _Group(region, [], []))
                group.atoms.append(atom)
        for region, atoms in self._aside([*found]):
            found[region] = _Group(region, atoms, [], aside=True)
        shown = self._extent([*found])
        for called, region in self.scene.regions.items():
            parts = _parts(region)
            if region in found:
                found[region].called.append(called)
            elif len(parts) == 1 and self._is_wanted(region, shown):
                found.setdefault(parts[0], _Group(parts[0], [], [])).called.append(called)
        return list(found.values())

    def _aside(self, shown: list[Region]) -> Iterator[tuple[Region, list[str]]]:
        """The last events of the document that the picture would miss."""
        if self.focus is None:
            return
        small: dict[Region, list[str]] = {}
        for atom, place in self.scene.placed(self.scene.places).items():
            if _is_small(place) and len(place.pieces) == 1:
                small.setdefault(place, []).append(atom)
        for region in _last([*small]):
            past = region.causal_past()
            if region not in shown and any(past.overlaps(other) for other in shown):
                yield region, small[region]

    def _is_wanted(self, region: Region, shown: Frame | None) -> bool:
        """A named region without variables: in a picture of a step, only if it lies near."""
        if self.focus is None or region in self.planes:
            return True
        corners = vertices(region) if region.is_thick else []
        inside = shown is not None and all(_within(corner, shown) for corner in corners)
        return bool(corners) and inside

    def _planes(self) -> list[Region]:
        """The whole slices to be drawn: those with something of this picture on them."""
        places = [self.scene.places[atom] for atom in self.atoms]
        return [
            region
            for region in self.scene.regions.values()
            if _is_plane(region)
            and (self.focus is None or any(p.is_subset(region) and _is_wide(p) for p in places))
        ]

    def _tops(self) -> list[Region]:
        """Places with nothing later than them, whose light cones are drawn."""
        small = [g.region for g in self.groups if g.atoms and _is_small(g.region)]
        if not small:
            small = [g.region for g in self.groups if _is_small(g.region)]
        return _last(small)

    def _extent(self, regions: Iterable[Region]) -> Frame | None:
        corners = [corner for region in regions for corner in vertices(region)]
        if not corners:
            return None
        ts, xs = [c[0] for c in corners], [c[1] for c in corners]
        return Frame(min(ts), max(ts), min(xs), max(xs))

    def _frame(self) -> Frame:
        regions = [g.region for g in self.groups]
        regions += [] if self.slice is None else [self.slice]
        corners = [corner for region in regions for corner in vertices(region)]
        corners += [(t, x) for t in _plane_times(self.planes) for _, x in corners[:1] or [(t, t)]]
        meets = list(_meets(self.tops))
        corners += meets
        if not corners:
            corners = [(Fraction(0), Fraction(0))]
        ts, xs = [c[0] for c in corners], [c[1] for c in corners]
        span = max(max(xs) - min(xs), max(ts) - min(ts), Fraction(2))
        high = max(max(ts) - min(ts), Fraction(1))
        floor = min(ts) - (max(high * BELOW * 2, span / 12) if meets else high * BELOW)
        beside = max(span / 16, Fraction(1, 2))
        edges = [c[1] for region in self.tops for c in vertices(region)] or xs
        reach = Fraction(4, 5) * (max(ts) - floor)
        left = min(min(xs) - beside, min(edges) - reach)
        right = max(max(xs) + beside, max(edges) + reach)
        return Frame(floor, max(ts) + beside / 2, left, right)

    def point(self, corner: Corner) -> Point:
        t, x = corner
        return float((x - self.frame.x0) * self.scale), float((self.frame.t1 - t) * self.scale)

    # How it is drawn.

    def shapes(self) -> list[Shape]:
        drawn: list[Shape] = [*self._areas(), *self._step_areas(), *self._cones(), *self._lines()]
        drawn += self._step_lines()
        drawn += self._dots()
        for shape in drawn:
            if isinstance(shape, Line):
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
            for sign, (t, x) in zip((-1, 1), _rims(region), strict=True):
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

    def _is_refused(self) -> bool:
        return self.focus is not None and bool(self.focus.wrong)

    def _step_areas(self) -> Iterator[Shape]:
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
        edges = (min(ends, key=lambda c: c[1]), -1), (max(ends, key=lambda c: c[1]), 1)
        for (t, x), sign in edges if ends else ():
            edge = self.frame.x0 if sign < 0 else self.frame.x1
            far = min(self.frame.t1 - t, abs(edge - x))
            if far > 0:
                yield Line((self.point((t, x)), self.point((t + far, x + sign * far))), Role.FUTURE)

    def _dots(self) -> Iterator[Shape]:
        for group in self.groups:
            for corners in polygons(group.region, self.frame):
                if len(corners) == 1:
                    yield from self._dot(group, self.point(corners[0]))

    def _dot(self, group: _Group, at: Point) -> Iterator[Shape]:
        atoms = frozenset(group.atoms)
        note = ", ".join(self.document.composites.fold(atoms))
        hollow = self.focus is not None and bool(atoms) and atoms <= self.focus.removed
        role = Role.FAINT if group.aside else Role.HOLLOW if hollow else Role.EVENT
        yield Dot(at, role, 4.5, 4.5, note)
        if self.focus is not None:
            wrong = self.focus.misplaced("outside") | self.focus.misplaced("place")
            if atoms & wrong:
                yield Dot(at, Role.RING, 9, 9)

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
        for group in sorted(self.groups, key=lambda g: not _is_plane(g.region)):
            lines = self._lines_of(group)
            if lines:
                self._label(group.region, lines)
        if self.slice is not None and not self.slice.is_empty:
            self._label_slice(self.slice)

    def _lines_of(self, group: _Group) -> list[tuple[Label, Role]]:
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
        elif _is_plane(region):
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
            if count > 1:
                yield prose(f"one of the {count} removals of this step"), Role.FAINT
        for declaration in self.scene.complete if self.focus is None else ():
            called = _known_as(declaration.region, self.scene)
            place = prose(declaration.region.describe())
            if called:
                place = joined(tuple(map(name, called)), " and ")
            written = names(declaration.written)
            yield (*written, *prose(" complete on "), *place), Role.FAINT
        if self.document.scene is not None and self.document.scene.space.dimension > 1:
            yield prose("a cut along the line through the centres of the regions"), Role.FAINT


def _flattened(scene: Scene, focus: Focus | None) -> tuple[Scene, Region | None, Region]:
    """The scene in 1+1 with the slice of a step and what it leaves uncovered."""
    if focus is None or focus.slice is None:
        return flat_scene(scene), None, Region(1)
    if scene.space.dimension == 1:
        return scene, focus.slice, focus.gap
    everything = {f"place {n}": r for n, r in scene.places.items()}
    everything |= {f"region {n}": r for n, r in scene.regions.items()}
    everything |= {"slice": focus.slice, "gap": focus.gap}
    found = flat_regions(scene, everything)
    return flat_scene(scene), found["slice"], found["gap"]


def _known_as(region: Region, scene: Scene) -> tuple[str, ...]:
    """The name of a region, or the names of regions that make it up."""
    inside = {called: other for called, other in scene.regions.items() if other.is_subset(region)}
    equal = [called for called, other in inside.items() if region.is_subset(other)]
    if equal:
        return tuple(equal[:1])
    wide = {called: other for called, other in inside.items() if _is_wide(other)}
    union = Region(1)
    for other in wide.values():
        union = union | other
    return tuple(wide) if region.is_subset(union) else ()


def _parts(region: Region) -> list[Region]:
    """A thick region as one, another one piece by piece."""
    if region.is_thick or len(region.pieces) < 2:
        return [region]
    return [Region(1, (piece,)) for piece in region.pieces]


def _last(regions: list[Region]) -> list[Region]:
    """Those that do not lie in the past of another."""
    return [r for r in regions if not any(r != o and r.is_subset(o.causal_past()) for o in regions)]


def _is_plane(region: Region) -> bool:
    return len(region.pieces) == 1 and not region.is_thick and not vertices(region)


def _is_wide(region: Region) -> bool:
    return any(len(set(vertices(Region(1, (p,))))) != 1 for p in region.pieces)


def _is_small(region: Region) -> bool:
    """Bounded in space and time. The bounds of a piece are the tightest, so none is wanting."""
    return bool(region.pieces) and all(None not in piece for piece in region.pieces)


def _within(corner: Corner, frame: Frame) -> bool:
    return frame.t0 <= corner[0] <= frame.t1 and frame.x0 <= corner[1] <= frame.x1


def _plane_times(planes: Iterable[Region]) -> list[Fraction]:
    return [Fraction(t) for region in planes for t in sorted(region.slice_times)]


def _rims(region: Region) -> tuple[Corner, Corner]:
    """The leftmost and the rightmost point on the upper edge of J- of a bounded region."""
    corners = vertices(region)
    left = max(corners, key=lambda c: (c[0] - c[1], -c[1]))
    return left, max(corners, key=lambda c: (c[0] + c[1], c[1]))


def _meets(tops: list[Region]) -> Iterator[Corner]:
    """Where the past cones of neighbours first meet."""
    rims = sorted(map(_rims, tops), key=lambda r: (r[0][1] + r[1][1], r))
    for (_, (t0, x0)), ((t1, x1), _) in pairwise(rims):
        v, u = t0 + x0, t1 - x1
        yield (u + v) / 2, (v - u) / 2


def _titled(head: Label, rest: Label) -> Label:
    return (*head, *prose(": "), *rest) if head and rest else (*head, *rest)


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
