"""Minkowski spacetime and the regions that can be named in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lpc.spacetime.cells import Cone, cell
from lpc.spacetime.errors import GeometryError
from lpc.spacetime.numbers import Number, exact
from lpc.spacetime.regions import Region, whole_slice
from lpc.spacetime.zones import zone


@dataclass(frozen=True, slots=True)
class Space:
    """Minkowski spacetime with `dimension` space coordinates and c = 1.

    Raises: GeometryError, here and in every method, for what makes no sense.

    >>> space = Space(3)
    >>> one, two = space.point(4, [-5, 0, 0]), space.point(4, [5, 0, 0])
    >>> (space.slice(0) & space.past(one)).describe()
    'within 4 of x = -5, y = 0, z = 0, at t = 0'
    >>> (space.past(one) & space.past(two)).overlaps(space.slice(0))
    False
    """

    dimension: int

    def __post_init__(self) -> None:
        if isinstance(self.dimension, bool) or self.dimension < 1:
            raise GeometryError("spacetime needs at least one dimension of space")

    def point(self, t: object, coords: Iterable[object]) -> Region:
        """The event at time t with the given space coordinates."""
        return self.ball(t, coords, 0)

    def slice(self, t: object) -> Region:
        """All of space at time t."""
        return whole_slice(self.dimension, exact(t))

    def segment(self, t: object, x0: object, x1: object) -> Region:
        """The closed segment x0 <= x <= x1 at time t; 1+1 only."""
        if self.dimension != 1:
            raise GeometryError("a segment needs 1+1 spacetime; use a ball instead")
        now, left, right = exact(t), exact(x0), exact(x1)
        if left > right:
            raise GeometryError(f"the segment from x = {left} to x = {right} runs backwards")
        return self._line(now, left, right)

    def ball(self, t: object, center: Iterable[object], radius: object) -> Region:
        """The closed ball at time t; a segment in 1+1."""
        now, middle, r = exact(t), self._coords(center), exact(radius)
        if r < 0:
            raise GeometryError(f"a ball cannot have the negative radius {r}")
        if self.dimension == 1:
            return self._line(now, middle[0] - r, middle[0] + r)
        cone = Cone(-1, now + r, middle)
        return self._region(cell((now, True), (-now, True), frozenset({cone}), frozenset()))

    def diamond(self, p: Region, q: Region) -> Region:
        """The closed double cone J+(p) & J-(q) between two points."""
        for point in (p, q):
            piece = point.pieces[0] if len(point.pieces) == 1 else None
            if piece is None or not _is_point(piece):
                raise GeometryError("a diamond runs from one point to another")
        both = p.causal_future() & q.causal_past()
        if both.is_empty:
            raise GeometryError("the diamond is empty: its second point is not after its first")
        return both

    def past(self, region: Region) -> Region:
        """J-(region) without the region itself."""
        if not region.is_past_exact:
            raise GeometryError(
                "the past of this region has no simple form; build it from points and balls"
            )
        return region.causal_past() - region

    def future(self, region: Region) -> Region:
        """J+(region) without the region itself."""
        if not region.is_future_exact:
            raise GeometryError(
                "the future of this region has no simple form; build it from points and balls"
            )
        return region.causal_future() - region

    def nowhere(self) -> Region:
        """The empty region."""
        return Region(self.dimension, ())

    def _coords(self, coords: Iterable[object]) -> tuple[Number, ...]:
        found = tuple(exact(c) for c in coords)
        if len(found) != self.dimension:
            raise GeometryError(
                f"{self.dimension}+1 spacetime needs {self.dimension} space "
                f"coordinate{'s' if self.dimension > 1 else ''}, not {len(found)}"
            )
        return found

    def _line(self, t: Number, x0: Number, x1: Number) -> Region:
        return self._region(
            zone(
                hs=(exact(2 * t), True),
                ls=(exact(-2 * t), True),
                hv=(exact(t + x1), True),
                lv=(exact(-t - x0), True),
            )
        )

    def _region(self, piece: object) -> Region:
        return Region(self.dimension, () if piece is None else (piece,))


def _is_point(piece: object) -> bool:
    from lpc.spacetime.cells import Cell
    from lpc.spacetime.zones import Zone

    match piece:
        case Zone(hu=(u, True), lu=(minus_u, True)):
            return piece.time is not None and u == -minus_u
        case Cell(pos=pos, neg=neg) if piece.time is not None and len(pos) == 1 and not neg:
            return all(cone.radius(piece.time) == 0 for cone in pos)
    return False
