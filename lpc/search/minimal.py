"""All minimal sets of assumptions that suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lpc.logic.effort import LimitReached, Tick, unlimited

Names = frozenset[str]

MAX_FOUND = 64


@dataclass(frozen=True, slots=True)
class MinimalSets:
    """Minimal sufficient sets, smallest first; `complete` when there are no others."""

    found: tuple[Names, ...]
    complete: bool


def minimal_sets(
    names: Iterable[str],
    suffices: Callable[[Names], bool],
    tick: Tick = unlimited,
    limit: int = MAX_FOUND,
) -> MinimalSets:
    """Every minimal subset of `names` that suffices, as far as effort and `limit` allow.

    `suffices` must be monotone: more assumptions never prove less. A set not yet found
    avoids one minimal hitting set of those found, so all of these are tried until none
    leads to anything new (Reiter 1987, Artif. Intell. 32, 57). `tick` ends the search by
    raising LimitReached; what was found by then stands.

    >>> result = minimal_sets("abc", lambda s: {"a", "b"} <= s or "c" in s)
    >>> [sorted(s) for s in result.found], result.complete
    ([['c'], ['a', 'b']], True)
    """
    order = tuple(dict.fromkeys(names))
    found: list[Names] = []
    complete = True
    try:
        _collect(order, suffices, tick, limit, found)
    except LimitReached:
        complete = False
    rank = {name: k for k, name in enumerate(order)}
    found.sort(key=lambda s: (len(s), sorted(rank[n] for n in s)))
    return MinimalSets(tuple(found), complete and len(found) < limit)


def _collect(
    order: tuple[str, ...],
    suffices: Callable[[Names], bool],
    tick: Tick,
    limit: int,
    found: list[Names],
) -> None:
    everything = frozenset(order)
    tried: set[Names] = set()
    hitting: list[Names] = [frozenset()]
    while len(found) < limit:
        tick()
        candidate = next((h for h in hitting if h not in tried), None)
        if candidate is None:
            return
        rest = everything - candidate
        if suffices(rest):
            found.append(_shrunk(rest, order, suffices))
            hitting = _hitting_sets(hitting, found[-1], tick)
        else:
            tried.add(candidate)


def _shrunk(names: Names, order: tuple[str, ...], suffices: Callable[[Names], bool]) -> Names:
    for name in order:
        if name in names and suffices(names - {name}):
            names -= {name}
    return names


def _hitting_sets(hitting: list[Names], new: Names, tick: Tick) -> list[Names]:
    """The minimal sets that meet one set more (one step of Berge's algorithm)."""
    meeting = [h for h in hitting if h & new]
    grown: list[Names] = []
    for h in hitting:
        tick()
        if not h & new:
            candidates = (h | {name} for name in sorted(new))
            grown += [g for g in candidates if not any(m <= g for m in meeting)]
    return sorted({*meeting, *grown}, key=lambda h: (len(h), sorted(h)))
