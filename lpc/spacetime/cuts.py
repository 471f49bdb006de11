"""Constant-time cuts of 1+1 spacetime as unions of intervals. Nothing here is trusted.

Terms
-----
level
    s = 2t, so that null coordinates at one moment add up to it: u = s - v.
place on a level
    Where an interval of v = t + x begins or ends: just before or just after a value of v, or at
    infinity. So open and closed ends need no cases of their own.
span
    What lies between two such places.
spans
    Disjoint spans, none touching the next, in order: every finite union of intervals in one way.

What a slice separates is read off its spans, as many as it has gaps and one more: J-(p) cuts a
level in the closed span from v = s - u_p to v = v_p, so D+ of spans is the union of one zone for
each, and so is J+. A convex set that lies in D+ of one level lies in one of those zones, since a
gap keeps them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lpc.spacetime.numbers import Bound, Number
from lpc.spacetime.regions import Region
from lpc.spacetime.zones import Zone, zone

Place = tuple[int, Number, bool]
"""(0, v, after v?); (-1, 0, False) and (1, 0, False) at the two infinities."""

Span = tuple[Place, Place]
Spans = tuple[Span, ...]
Slice = tuple[tuple[Number, Spans], ...]
"""Levels, earliest first, each with what the slice has there."""

LEFT: Place = (-1, 0, False)
RIGHT: Place = (1, 0, False)


def spans(pieces: Iterable[Span | None]) -> Spans:
    """The union of spans.

    >>> spans([((0, 0, False), (0, 1, True)), ((0, 1, True), (0, 2, False))])
    (((0, 0, False), (0, 2, False)),)
    """
    merged: list[Span] = []
    for low, high in sorted(piece for piece in pieces if piece is not None):
        if merged and low <= merged[-1][1]:
            if high > merged[-1][1]:
                merged[-1] = merged[-1][0], high
        else:
            merged.append((low, high))
    return tuple(merged)


def is_within(some: Iterable[Span], wide: Spans) -> bool:
    """True when every one of the spans lies in the union."""
    return all(any(a <= low and high <= b for a, b in wide) for low, high in some)


def cut(piece: Zone, level: Number) -> Span | None:
    """The part of a zone on a level."""
    if not _holds(level, piece.hs) or not _holds(-level, piece.ls):
        return None
    low = max(_from(_moved(piece.hu, -level)), _from(piece.lv))
    high = min(_to(piece.hv), _to(_moved(piece.lu, level)))
    return (low, high) if low < high else None


def past_cut(piece: Zone, level: Number) -> Span | None:
    """The part of J- of a zone on a level."""
    if not _holds(level, piece.hs):
        return None
    low, high = _from(_moved(piece.hu, -level)), _to(piece.hv)
    return (low, high) if low < high else None


def later(level: Number, span: Span) -> Zone | None:
    """D+ of a span."""
    low, high = span
    return zone(ls=(-level, True), hu=_bound(low, level, -1), hv=_bound(high, 0, 1))


def future(level: Number, span: Span) -> Zone | None:
    """J+ of a span."""
    low, high = span
    return zone(ls=(-level, True), lu=_bound(high, -level, 1), lv=_bound(low, 0, -1))


def chronological(level: Number, span: Span) -> Zone | None:
    """I+ of a span."""
    reached = future(level, span)
    return None if reached is None else reached.chronological_future()


def slice_of(levels: Iterable[tuple[Number, Spans]]) -> Slice:
    """The union of what there is on some levels; a level may occur more than once."""
    found: dict[Number, list[Span]] = {}
    for level, there in levels:
        found.setdefault(level, []).extend(there)
    return tuple((level, spans(there)) for level, there in sorted(found.items()) if there)


def parts(slice_: Slice) -> Iterator[tuple[Number, Span]]:
    """Each span with its level."""
    for level, there in slice_:
        for span in there:
            yield level, span


def region_of(slice_: Slice) -> Region:
    """The slice as a region."""
    pieces = (
        zone(
            hs=(level, True),
            ls=(-level, True),
            hv=_bound(high, 0, 1),
            lv=_bound(low, 0, -1),
        )
        for level, (low, high) in parts(slice_)
    )
    return Region(1, tuple(piece for piece in pieces if piece is not None))


def is_achronal(slice_: Slice) -> bool:
    """True when no part of the slice lies in the chronological future of another."""
    for k, (level, there) in enumerate(slice_):
        beyond = [chronological(level, span) for span in there]
        for above, others in slice_[k + 1 :]:
            for low, high in others:
                piece = region_of(((above, ((low, high),)),)).pieces[0]
                if any(b is not None and b.meet(piece) is not None for b in beyond):
                    return False
    return True


def lies_in(pieces: Iterable[Zone], zones: Sequence[Zone], levels: int) -> bool:
    """True when the pieces lie in the union of the zones, D+ of the spans of so many levels."""
    for piece in pieces:
        if any(piece.within(one) for one in zones):
            continue
        # NB: D+ of two levels together may hold a piece that neither holds alone.
        if levels < 2 or not Region(1, (piece,)).is_subset(Region(1, tuple(zones))):
            return False
    return True


def meets(pieces: Iterable[Zone], zones: Sequence[Zone]) -> bool:
    """True when some of the pieces have a point in the union of the zones."""
    return any(piece.meet(one) is not None for piece in pieces for one in zones)


def _holds(value: Number, bound: Bound) -> bool:
    return bound is None or value < bound[0] or (bound[1] and value == bound[0])


def _moved(bound: Bound, by: Number) -> Bound:
    """A bound on u, or on -u, as one on -v, or on v, where s is known."""
    return None if bound is None else (bound[0] + by, bound[1])


def _from(bound: Bound) -> Place:
    """Where -v <= bound begins."""
    return LEFT if bound is None else (0, -bound[0], not bound[1])


def _to(bound: Bound) -> Place:
    """Where v <= bound ends."""
    return RIGHT if bound is None else (0, bound[0], bound[1])


def _bound(place: Place, add: Number, sign: int) -> Bound:
    """The bound on sign·v + add at an upper end (sign +1) or a lower one (sign -1)."""
    kind, v, after = place
    return None if kind else (sign * v + add, after if sign > 0 else not after)
