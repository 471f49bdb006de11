"""Regions of spacetime, from the syntax tree to the geometry."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lpc.language import syntax as s
from lpc.language.findings import Findings
from lpc.spacetime import GeometryError, Region, Space

MAX_DIMENSION = 9
_AXES = ("x", "y", "z")
_EXPECTED = {
    "point": "a point is `point t = 4, {axes}`",
    "slice": "a slice is `slice t = 0`",
    "segment": "a segment is `segment t = 0, x = -3 to 3`",
    "ball": "a ball is `ball t = 0, {axes}, r = 1`",
}
_Values = dict[str, tuple[Fraction, ...]]


def fraction(number: s.Rational, found: Findings) -> Fraction | None:
    """The value of a number as written; a zero denominator is reported.

    >>> fraction(s.Rational("-1/2"), Findings())
    Fraction(-1, 2)
    """
    top, _, bottom = number.text.partition("/")
    if bottom and not Fraction(bottom):
        found.error("E213", f"`{number.text}` divides by zero", number, "division by zero")
        return None
    return Fraction(top) / Fraction(bottom or 1)


@dataclass(slots=True)
class Map:
    """The spacetime of a file and the regions named in it so far."""

    found: Findings
    space: Space | None = None
    declared: bool = False
    regions: dict[str, Region | None] = field(default_factory=dict)
    later: frozenset[str] = frozenset()

    def declare(self, block: s.Spacetime) -> None:
        """Read a `spacetime` block; a region may use those named on earlier lines."""
        self.declared = True
        dimension = int(block.space) if block.space.isdigit() and len(block.space) < 4 else 0
        if not 1 <= dimension <= MAX_DIMENSION or block.time != "1":
            written = f"{block.space}+{block.time}"
            hint = f"write `spacetime {block.time}+1`" if block.space == "1" else ""
            self.found.error(
                "E306", f"there is no spacetime {written}", block, "expected 1+1, 2+1, 3+1, …", hint
            )
            return
        self.space = Space(dimension)
        self.later = frozenset(line.name.text for line in block.lines)
        for line in block.lines:
            region = self.place(line.region)
            if line.name.text in self.regions:
                message = f"the region `{line.name}` is declared twice"
                self.found.error("E203", message, line.name, "declared before")
            else:
                self.regions[line.name.text] = region
        self.later = frozenset()

    def place(self, node: s.Region) -> Region | None:
        """The region a text speaks of; None, with a diagnostic, where there is none."""
        if not self.declared:
            self.found.error(
                "E302", "a place needs a spacetime", node, "no `spacetime` block in this file"
            )
            return None
        if self.space is None:
            return None
        region = self._region(node, self.space)
        if region is not None and region.is_empty:
            self.found.error("E304", "this region is empty", node, "no point lies in it")
            return None
        return region

    def _region(self, node: s.Region, space: Space) -> Region | None:
        try:
            return self._built(node, space)
        except GeometryError as problem:
            self.found.error("E305", str(problem), node)
            return None

    def _built(self, node: s.Region, space: Space) -> Region | None:
        match node:
            case s.RegionGroup(inner):
                return self._region(inner, space)
            case s.RegionName(name):
                return self._named(name)
            case s.Shape():
                return self._shape(node, space)
            case s.Cone(kind, inner):
                region = self._region(inner, space)
                cone = space.past if kind == "past" else space.future
                return None if region is None else cone(region)
            case s.Diamond(start, end):
                p, q = self._region(start, space), self._region(end, space)
                return None if p is None or q is None else space.diamond(p, q)
            case s.RegionSum(first, rest):
                return self._sum(first, rest, space)
            case s.RegionMeet(parts):
                return self._meet(parts, space)

    def _sum(
        self, first: s.Region, rest: tuple[tuple[str, s.Region], ...], space: Space
    ) -> Region | None:
        total = self._region(first, space)
        for sign, part in rest:
            region = self._region(part, space)
            if total is None or region is None:
                total = None
            else:
                total = total | region if sign == "|" else total - region
        return total

    def _meet(self, parts: tuple[s.Region, ...], space: Space) -> Region | None:
        regions = [self._region(part, space) for part in parts]
        total = regions[0]
        for region in regions[1:]:
            total = None if total is None or region is None else total & region
        return total

    def _named(self, name: s.Name) -> Region | None:
        if name.text in self.regions:
            return self.regions[name.text]
        if name.text in self.later:
            message = f"the region `{name}` is declared only later"
            self.found.error("E301", message, name, "not known yet", "move its line up")
        else:
            self.found.unknown("E301", "region", name.text, name, self.regions)
        return None

    def _shape(self, node: s.Shape, space: Space) -> Region | None:
        if node.kind == "segment" and space.dimension != 1:
            self.found.error(
                "E303",
                "a segment needs spacetime 1+1",
                node,
                "",
                "use a ball: `ball t = 0, x = (…), r = 1`",
            )
            return None
        values = self._coordinates(node, space)
        if values is None:
            return None
        time = values["t"][0]
        match node.kind:
            case "slice":
                return space.slice(time)
            case "segment":
                return space.segment(time, *values["x"])
            case "ball":
                return space.ball(time, _center(values), values["r"][0])
            case _:
                return space.point(time, _center(values))

    def _coordinates(self, node: s.Shape, space: Space) -> _Values | None:
        """The coordinates by name, once they are the right ones for the shape."""
        values: _Values = {}
        for coordinate in node.coordinates:
            if coordinate.key in values:
                message = f"`{coordinate.key}` is given twice"
                self.found.error("E303", message, coordinate, "given before")
                return None
            numbers = [fraction(number, self.found) for number in coordinate.values]
            if None in numbers:
                return None
            values[coordinate.key] = tuple(n for n in numbers if n is not None)
        written = {c.key: c.form for c in node.coordinates}
        if written not in _forms(node.kind, space.dimension, len(values.get("x", ()))):
            axes = ", ".join(f"{axis} = 0" for axis in _AXES[: space.dimension])
            if space.dimension > len(_AXES):
                axes = f"x = ({', '.join('0' * space.dimension)})"
            message = f"these are not the coordinates of a {node.kind} in {space.dimension}+1"
            label = _EXPECTED[node.kind].format(axes=axes)
            self.found.error("E303", message, node, label)
            return None
        return values


def _forms(kind: str, dimension: int, length: int) -> list[dict[str, str]]:
    """The allowed coordinates of a shape, each with its form."""
    time = {"t": "value"}
    if kind == "slice":
        return [time]
    if kind == "segment":
        return [time | {"x": "range"}]
    size = {"r": "value"} if kind == "ball" else {}
    forms = []
    if dimension <= len(_AXES):
        forms.append(time | dict.fromkeys(_AXES[:dimension], "value") | size)
    if length == dimension:
        forms.append(time | {"x": "tuple"} | size)
    return forms


def _center(values: _Values) -> tuple[Fraction, ...]:
    return tuple(number for axis in _AXES for number in values.get(axis, ()))
