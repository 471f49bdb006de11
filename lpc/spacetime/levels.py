"""Slices of one specification in 1+1, and what each separates, by intervals on levels.

The same answers as `rule.shield` gives of the regions, which judges again whatever is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lpc.spacetime import cuts
from lpc.spacetime.cuts import Slice, Spans
from lpc.spacetime.numbers import Number, exact
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Specification
from lpc.spacetime.zones import Zone

MAX_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Separated:
    """What a slice separates, as bits: pieces that lie in D+, atoms that lie outside J+ or in R."""

    slice: Slice
    pieces: int
    outside: int


@dataclass
class Levels:
    """One specification, and the places of variables."""

    specification: Specification
    places: Mapping[str, Region]
    _complete: dict[Number, Spans] = field(default_factory=dict)
    _elsewhere: dict[str, tuple[Zone, ...]] = field(default_factory=dict)

    def complete_at(self, level: Number) -> Spans:
        """What is complete on a level."""
        if level not in self._complete:
            pieces = self.specification.region.pieces
            self._complete[level] = cuts.spans(cuts.cut(piece, level) for piece in pieces)
        return self._complete[level]

    def grown(
        self, pieces: Sequence[Zone], level: Number, joining: Iterable[str] = ()
    ) -> Spans | None:
        """The least slice on a level that covers the pieces and what must join them.

        A variable of C that reaches into J+ of the slice must there be covered too, and so must
        all of it that lives off the complete region, and of a variable that is joining. None when
        there is no such slice.
        """
        slice_ = cuts.spans(cuts.past_cut(piece, level) for piece in pieces)
        names = [name for name in sorted(self.specification.names) if name in self.places]
        others = [name for name in joining if name in self.places]
        for _ in range(MAX_ROUNDS):
            if not slice_ or not cuts.is_within(slice_, self.complete_at(level)):
                return None
            later, future = _later(((level, slice_),)), _future(((level, slice_),))
            late = self._late(names, others, later, future)
            if not late:
                return slice_
            # NB: of a piece that is covered in part, the past of that part cuts nothing new.
            wider = cuts.spans([*slice_, *(cuts.past_cut(piece, level) for piece in late)])
            if wider == slice_:
                return None
            slice_ = wider
        return None

    def _late(
        self,
        names: Iterable[str],
        others: Iterable[str],
        later: Sequence[Zone],
        future: Sequence[Zone],
    ) -> list[Zone]:
        """Pieces of variables, not all in D+, that must be covered by a slice of one level."""
        late: list[Zone] = []
        for name in names:
            pieces = self.places[name].pieces
            if not cuts.lies_in(pieces, later, 1):
                late += (m for p in pieces for f in future if (m := p.meet(f)) is not None)
            if cuts.meets(self.elsewhere(name), future):
                late += self.elsewhere(name)
        for name in others:
            if cuts.meets(self.places[name].pieces, future):
                late += self.places[name].pieces
        return [piece for piece in late if not cuts.lies_in((piece,), later, 1)]

    def elsewhere(self, name: str) -> tuple[Zone, ...]:
        """The place of a variable off the complete region."""
        if name not in self._elsewhere:
            self._elsewhere[name] = (self.places[name] - self.specification.region).pieces
        return self._elsewhere[name]

    # ---- what a slice separates ------------------------------------------------------------------

    @cached_property
    def _pieces(self) -> list[Zone]:
        return [piece for place in self.places.values() for piece in place.pieces]

    @cached_property
    def _bits(self) -> dict[str, int]:
        """The pieces of each atom, as bits."""
        found, first = {}, 0
        for name, place in self.places.items():
            count = len(place.pieces)
            found[name] = ((1 << count) - 1) << first
            first += count
        return found

    def covered(self, pieces: int) -> int:
        """The atoms of which all pieces are among these."""
        return sum(
            1 << k for k, own in enumerate(self._bits.values()) if own and own & pieces == own
        )

    def separated(self, slice_: Slice) -> Separated | None:
        """What the slice separates, None when it is not one that C completes."""
        if not slice_ or not cuts.is_achronal(slice_):
            return None
        if not all(cuts.is_within(there, self.complete_at(level)) for level, there in slice_):
            return None
        later, future = _later(slice_), _future(slice_)
        names = self.specification.names
        if not all(self._is_placed(name, later, future, len(slice_)) for name in names):
            return None
        return Separated(slice_, self._in(later, len(slice_), 0), self._outside(future))

    def joined(self, a: Separated, b: Separated, both: Slice) -> Separated | None:
        """What the union of two slices separates, each of which C completes; None if it does not.

        A variable of C that lies as the rule asks for each slice does so for both.
        """
        if len(both) > 1 and not cuts.is_achronal(both):
            return None
        pieces = a.pieces | b.pieces
        if len(both) > 1 or _count(both) < _count(a.slice) + _count(b.slice):
            pieces = self._in(_later(both), len(both), pieces)
        return Separated(both, pieces, a.outside & b.outside)

    def _is_placed(
        self, name: str, later: Sequence[Zone], future: Sequence[Zone], levels: int
    ) -> bool:
        if name not in self.places:
            return False
        pieces = self.places[name].pieces
        if cuts.lies_in(pieces, later, levels):
            return True
        reached = [m for p in pieces for f in future if (m := p.meet(f)) is not None]
        if not cuts.lies_in(reached, later, levels):
            return False
        rest = self.elsewhere(name)
        return not cuts.meets(rest, future) or cuts.lies_in(rest, later, levels)

    def _in(self, later: Sequence[Zone], levels: int, known: int) -> int:
        """The pieces that lie in D+, some of which are known to."""
        for k, piece in enumerate(self._pieces):
            if not known >> k & 1 and cuts.lies_in((piece,), later, levels):
                known |= 1 << k
        return known

    def _outside(self, future: Sequence[Zone]) -> int:
        return sum(
            1 << k
            for k, (name, place) in enumerate(self.places.items())
            if place.pieces
            and (
                not cuts.meets(place.pieces, future) or not cuts.meets(self.elsewhere(name), future)
            )
        )


def level_of(t: Number) -> Number:
    """The level at time t."""
    return exact(2 * t)


def _later(slice_: Slice) -> list[Zone]:
    found = (cuts.later(level, span) for level, span in cuts.parts(slice_))
    return [zone for zone in found if zone is not None]


def _future(slice_: Slice) -> list[Zone]:
    found = (cuts.future(level, span) for level, span in cuts.parts(slice_))
    return [zone for zone in found if zone is not None]


def _count(slice_: Slice) -> int:
    return sum(len(there) for _, there in slice_)
