"""Regions of spacetime: finite unions of convex pieces, and their set algebra.

A region of 1+1 spacetime is a union of zones and everything about it is decided exactly. A
region of d+1 spacetime is a union of cells, and the answers `is_empty`, `is_subset` are
given only when certain (see `cells`): "no" may then mean "not shown".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from lpc.spacetime.cells import Cell, Cone, cell
from lpc.spacetime.describe import describe_cells, describe_zones
from lpc.spacetime.errors import GeometryError
from lpc.spacetime.numbers import Number, exact
from lpc.spacetime.zones import Zone, zone

MAX_PIECES = 300


@dataclass(frozen=True)
class Region:
    """A set of points of d+1 Minkowski spacetime; build it with the methods of `Space`.

    >>> from lpc.spacetime import Space
    >>> space = Space(1)
    >>> left = space.slice(0) & space.past(space.point(4, [-5]))
    >>> left.describe()
    '-9 <= x <= -1 at t = 0'
    >>> left.is_subset(space.segment(0, -10, 0)), left.overlaps(space.point(0, [0]))
    (True, False)
    """

    dimension: int
    # Any: zones and cells share their methods, never one region.
    pieces: tuple[Any, ...] = field(default=())

    @classmethod
    def create(cls, dimension: int, pieces: Iterable[Any]) -> Region:
        """The union of the pieces, without those that lie inside another.

        Raises: GeometryError when there are too many.
        """
        kept: list[Any] = []
        for piece in pieces:
            if any(piece.within(other) for other in kept):
                continue
            kept = [other for other in kept if not other.within(piece)]
            kept.append(piece)
            if len(kept) > MAX_PIECES:
                raise GeometryError(
                    f"this region is too complicated: it falls into more than {MAX_PIECES} pieces"
                )
        return cls(dimension, tuple(kept))

    def __hash__(self) -> int:
        return self._hash

    def __or__(self, other: Region) -> Region:
        self._same_space(other)
        return Region.create(self.dimension, self.pieces + other.pieces)

    def __and__(self, other: Region) -> Region:
        self._same_space(other)
        both = (p.meet(q) for p in self.pieces for q in other.pieces)
        return Region.create(self.dimension, (piece for piece in both if piece is not None))

    def __sub__(self, other: Region) -> Region:
        self._same_space(other)
        rest = list(self.pieces)
        for hole in other.pieces:
            rest = [part for piece in rest for part in piece.minus(hole)]
            if len(rest) > MAX_PIECES:
                rest = list(Region.create(self.dimension, rest).pieces)
        return Region.create(self.dimension, rest)

    @property
    def is_empty(self) -> bool:
        """True when no point lies in the region (in d+1: when that is certain)."""
        return not self.pieces

    def is_subset(self, other: Region) -> bool:
        """True when every point lies in the other region (in d+1: when that is certain)."""
        return (self - other).is_empty

    def overlaps(self, other: Region) -> bool:
        """False when no point lies in both regions (in d+1: when that is certain)."""
        self._same_space(other)
        return any(p.meet(q) is not None for p in self.pieces for q in other.pieces)

    def contains(self, t: object, coords: Iterable[object]) -> bool:
        """True when the point lies in the region; always exact."""
        place = tuple(exact(c) for c in coords)
        return any(piece.contains(exact(t), place) for piece in self.pieces)

    def causal_past(self) -> Region:
        """J-, closed: the points that can influence the region, the region itself included.

        In d+1 a larger set for regions cut out of several cones; see `is_past_exact`.
        """
        return self._past

    def causal_future(self) -> Region:
        """J+, closed: the points that the region can influence, the region itself included.

        In d+1 a larger set for regions cut out of several cones; see `is_future_exact`.
        """
        return self._future

    @property
    def is_past_exact(self) -> bool:
        """True when `causal_past` is J- itself; always so in 1+1."""
        return all(piece.is_past_exact for piece in self.pieces)

    @property
    def is_future_exact(self) -> bool:
        """True when `causal_future` is J+ itself; always so in 1+1."""
        return all(piece.is_future_exact for piece in self.pieces)

    def at(self, t: object) -> Region:
        """The part of the region at one moment."""
        return self & whole_slice(self.dimension, exact(t))

    @property
    def earliest(self) -> Number | None:
        """The greatest lower bound of t, or None when the region has no beginning."""
        starts = [piece.earliest for piece in self.pieces]
        return None if None in starts or not starts else min(starts)

    @cached_property
    def slice_times(self) -> frozenset[Number]:
        """The times of those pieces that lie at one moment."""
        return frozenset(p.time for p in self.pieces if p.time is not None)

    @cached_property
    def is_thick(self) -> bool:
        """True when some piece lasts longer than one moment."""
        return any(piece.time is None for piece in self.pieces)

    def critical_times(self) -> set[Number]:
        """The times at which pieces begin, end or change shape."""
        return set().union(*(piece.critical_times() for piece in self.pieces))

    @cached_property
    def is_achronal(self) -> bool:
        """True for constant-time pieces of which none lies in the chronological future of another.

        In d+1 pieces at different times must not even be lightlike related. Other achronal
        sets, such as a slanted line, are not recognised.
        """
        if self.is_thick:
            return False
        return not any(
            p.time < q.time and p.chronological_future().meet(q) is not None
            for p in self.pieces
            for q in self.pieces
        )

    def shielded(self) -> Region:
        """Points from which every inextendible past-directed causal curve meets this region.

        For a region made of constant-time pieces. From p such curves fill J-(p) at every earlier
        time t, so p is shielded by the pieces at t exactly when J-(p) at t lies in them. In d+1
        (and for pieces at different times) possibly smaller, never larger.
        """
        return self._shielded

    @cached_property
    def _shielded(self) -> Region:
        parts: list[Any] = []
        if self.dimension > 1:
            parts = [piece.shield() for piece in self.pieces]
        for t in self.slice_times if self.dimension == 1 else ():
            now = whole_slice(1, t)
            gaps = Region.create(1, [now.pieces[0]]) - self
            parts += (now.causal_future() - gaps.causal_future()).pieces
        return Region.create(self.dimension, (part for part in parts if part is not None))

    def describe(self) -> str:
        """The region in a few words, such as "-9 <= x <= -1 at t = 0"."""
        if self.dimension == 1:
            return describe_zones(self.pieces)
        return describe_cells(self.pieces)

    def data(self) -> list[dict[str, object]]:
        """The pieces as plain data with exact bounds, for pictures and certificates.

        1+1: bounds (value, closed) or None, below and above, of t, t - x and t + x.
        d+1: bounds of t, and the light cones (sign, t, center) inside and outside of which
        the piece lies.
        """
        return [_zone_data(p) if isinstance(p, Zone) else _cell_data(p) for p in self.pieces]

    def __str__(self) -> str:
        return self.describe()

    @cached_property
    def _hash(self) -> int:
        return hash((self.dimension, self.pieces))

    @cached_property
    def _past(self) -> Region:
        return Region.create(self.dimension, (p.causal_past() for p in self.pieces))

    @cached_property
    def _future(self) -> Region:
        return Region.create(self.dimension, (p.causal_future() for p in self.pieces))

    def _same_space(self, other: Region) -> None:
        if self.dimension != other.dimension:
            raise GeometryError(
                f"a region of {self.dimension}+1 and one of {other.dimension}+1 spacetime "
                "cannot be compared"
            )


def whole_slice(dimension: int, t: Number) -> Region:
    """All of space at time t."""
    if dimension == 1:
        twice = exact(2 * t)  # NB: whole where it can be; sums of halves stay fractions otherwise.
        return Region(1, (zone(hs=(twice, True), ls=(-twice, True)),))
    return Region(dimension, (cell((t, True), (-t, True), frozenset(), frozenset()),))


def _both(low: Any, high: Any, scale: int = 1) -> tuple[object, object]:
    """(lower bound, upper bound) of a form from the upper bounds of minus it and of it."""
    return (
        None if low is None else (exact(Fraction(-low[0], scale)), low[1]),
        None if high is None else (exact(Fraction(high[0], scale)), high[1]),
    )


def _zone_data(piece: Zone) -> dict[str, object]:
    return {
        "t": _both(piece.ls, piece.hs, 2),
        "t - x": _both(piece.lu, piece.hu),
        "t + x": _both(piece.lv, piece.hv),
    }


def _cell_data(piece: Cell) -> dict[str, object]:
    def cones(found: Iterable[Cone]) -> list[tuple[int, Number, tuple[Number, ...]]]:
        return [(cone.sign, cone.t, cone.center) for cone in sorted(found)]

    return {
        "t": _both(piece.lo, piece.hi),
        "inside": cones(piece.pos),
        "outside": cones(piece.neg),
    }
