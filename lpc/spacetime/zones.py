"""Convex pieces of 1+1 Minkowski spacetime, exactly.

Terms
-----
null coordinates
    u = t - x and v = t + x (c = 1). q is in the closed causal future of p exactly when
    u_p <= u_q and v_p <= v_q. s = u + v = 2t.
zone
    A set given by bounds on u, v and s, each strict or not: a difference-bound matrix over
    (0, u, -v). Zones are closed under intersection and under J- and J+; the difference of
    two zones is a finite union of zones; emptiness is decided exactly.
"""

from __future__ import annotations

from typing import NamedTuple

from lpc.spacetime.numbers import Bound, Number, clash, complement, half, least, total


class Zone(NamedTuple):
    """Upper bounds on s, -s, u, -u, v, -v; make it with `zone`, which tightens them."""

    hs: Bound = None
    ls: Bound = None
    hu: Bound = None
    lu: Bound = None
    hv: Bound = None
    lv: Bound = None

    def meet(self, other: Zone) -> Zone | None:
        """The intersection, or None when it is empty."""
        # NB: most zones miss each other along one of the three forms; that is seen at once.
        for k in (0, 2, 4):
            if _misses(self[k], other[k + 1]) or _misses(other[k], self[k + 1]):
                return None
        return zone(*map(least, self, other))

    def minus(self, other: Zone) -> list[Zone]:
        """The difference, in disjoint zones."""
        if self.within(other):
            return []
        if self.meet(other) is None:
            return [self]
        pieces: list[Zone] = []
        rest: Zone = self
        # NB: s comes first, so that past(p) = J-(p) minus p stays one zone.
        for k, bound in enumerate(other):
            if bound is None:
                continue
            mine = rest[k]
            if mine is not None and mine <= bound:
                continue  # nothing lies outside this bound
            outside = _with(rest, k ^ 1, complement(bound))
            if outside is not None:
                pieces.append(outside)
            inside = _with(rest, k, bound)
            if inside is None:
                break
            rest = inside
        return pieces

    def within(self, other: Zone) -> bool:
        """True when this zone is a subset of the other."""
        # NB: spelt out because nothing is called more often.
        for mine, wide in zip(self, other, strict=True):
            if wide is not None and (mine is None or mine > wide):
                return False
        return True

    def causal_past(self) -> Zone:
        """J- of the zone: eliminate u', v' from u <= u', v <= v' (exact, strictness included)."""
        return Zone(hs=self.hs, hu=self.hu, hv=self.hv)

    def causal_future(self) -> Zone:
        """J+ of the zone."""
        return Zone(ls=self.ls, lu=self.lu, lv=self.lv)

    def chronological_future(self) -> Zone:
        """I+ of the zone: the points that lie strictly inside a future light cone."""
        return Zone(ls=_strict(self.ls), lu=_strict(self.lu), lv=_strict(self.lv))

    @property
    def is_past_exact(self) -> bool:
        """J- and J+ of a zone are always exact."""
        return True

    @property
    def is_future_exact(self) -> bool:
        """J- and J+ of a zone are always exact."""
        return True

    @property
    def time(self) -> Number | None:
        """The time of a constant-time zone, None for any other."""
        if self.hs is None or self.ls is None or self.hs[0] != -self.ls[0]:
            return None
        return half(self.hs[0])

    @property
    def earliest(self) -> Number | None:
        """The greatest lower bound of t, None when there is none."""
        return None if self.ls is None else half(-self.ls[0])

    def critical_times(self) -> set[Number]:
        """The times at which the zone begins and ends."""
        times = set() if self.earliest is None else {self.earliest}
        return times if self.hs is None else times | {half(self.hs[0])}

    def contains(self, t: Number, coords: tuple[Number, ...]) -> bool:
        """True when the point lies in the zone."""
        u, v = t - coords[0], t + coords[0]
        forms = (u + v, -u - v, u, -u, v, -v)
        return all(
            bound is None or form < bound[0] or (bound[1] and form == bound[0])
            for form, bound in zip(forms, self, strict=True)
        )


def zone(
    hs: Bound = None,
    ls: Bound = None,
    hu: Bound = None,
    lu: Bound = None,
    hv: Bound = None,
    lv: Bound = None,
) -> Zone | None:
    """The zone with these bounds in tightest form, or None when it is empty.

    One pass suffices: a shortest path among the three nodes 0, u, -v has at most two edges.

    >>> zone(hs=(8, True), ls=(-9, True)) is None
    True
    """
    tight = Zone(
        hs=least(hs, total(hu, hv)),
        ls=least(ls, total(lu, lv)),
        hu=least(hu, total(hs, lv)),
        lu=least(lu, total(ls, hv)),
        hv=least(hv, total(hs, lu)),
        lv=least(lv, total(ls, hu)),
    )
    if clash(tight.hs, tight.ls) or clash(tight.hu, tight.lu) or clash(tight.hv, tight.lv):
        return None
    return tight


def _misses(above: Bound, below: Bound) -> bool:
    return above is not None and below is not None and above[0] + below[0] < 0


def _with(base: Zone, place: int, bound: Bound) -> Zone | None:
    bounds: list[Bound] = list(base)
    bounds[place] = least(bounds[place], bound)
    return zone(*bounds)


def _strict(bound: Bound) -> Bound:
    return None if bound is None else (bound[0], False)
